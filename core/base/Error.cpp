// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"

#include <utility>

namespace nextquill {

Error::Error(ErrorKind kind, std::string what, std::string where, std::string remedy)
    : m_kind{kind}
    , m_problem{std::move(what)}
    , m_where{std::move(where)}
    , m_remedy{std::move(remedy)}
    , m_line{m_problem + ": " + m_where + ", " + m_remedy}
{
}

} // namespace nextquill
