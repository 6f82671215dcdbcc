// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/SourceDigest.h"

namespace nextquill::store {

SourceDigest::SourceDigest(const ImportSource& source)
    : m_digest{std::async(std::launch::async,
                          [&source, end = m_end.get_token()] { return source.digest(end); })}
{
}

SourceDigest::~SourceDigest()
{
    m_end.request_stop(); // the future waits
}

std::string SourceDigest::take(const StopToken& stop)
{
    const std::stop_callback onStop{stop, [this] { m_end.request_stop(); }};
    return m_digest.get();
}

} // namespace nextquill::store
