// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"

#include <string>

namespace nextquill::text {

/// For a chat template that is none of the known ones; `why` is a clause.
[[nodiscard]] inline Error unknownTemplate(const std::string& why)
{
    return {ErrorKind::Unsupported, "the model's chat template is none that is known: " + why,
            "chat template",
            "give the project a markup with `nextquill data markup PROJECT --from FILE.json` "
            "(--form prints such a file)"};
}

} // namespace nextquill::text
