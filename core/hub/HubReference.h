// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hub/HubName.h"

#include <optional>
#include <string>
#include <string_view>

namespace nextquill::hub {

/// A model of the hub as people name it.
struct HubReference
{
    HubName name;
    std::string revision = "main";
    std::string file; ///< one .gguf file of it; empty: the model

    /// "OWNER/NAME", "OWNER/NAME@REVISION" or "OWNER/NAME/FILE.gguf": what readHubReference() takes
    /// and what chooses it once it is fetched.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool operator==(const HubReference&) const = default;
};

/// What `text` names; none where it is no such name.
[[nodiscard]] std::optional<HubReference> readHubReference(std::string_view text);

/// The same for what a person typed or took from a browser: spaces around it, and the address of
/// the model's page ("https://HOST/OWNER/NAME/blob/REVISION/FILE.gguf") are fine.
///
/// Throws Error(BadInput) where it names no model
[[nodiscard]] HubReference requireHubReference(std::string_view text);

} // namespace nextquill::hub
