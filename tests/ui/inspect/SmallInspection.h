// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

namespace nextquill::ui {

/// One token of an inspection that a test makes up.
struct InventedToken
{
    std::string text;
    float p_h = 0.5F;
    float p_0 = 0.5F;
};

/// An inspection of these tokens, one after the other, and of `reviews` past texts. Past text i
/// has the effect 0.1 (i + 1) on token i, none on others.
inline std::shared_ptr<workflow::Inspection>
inventedInspection(const std::vector<InventedToken>& tokens, int reviews)
{
    auto inspection = std::make_shared<workflow::Inspection>();
    inspection->userName = "A2K4";
    inspection->itemTitle = "Kind of Blue";
    for (const InventedToken& token : tokens) {
        causal::TokenEffect effect;
        effect.token = static_cast<text::TokenId>(inspection->effects.tokens.size());
        effect.bytes = {.begin = inspection->text.size(),
                        .end = inspection->text.size() + token.text.size()};
        effect.p_h = token.p_h;
        effect.p_0 = token.p_0;
        effect.logp_h = std::log(token.p_h);
        effect.logp_0 = std::log(token.p_0);
        effect.rank_h = 1;
        effect.rank_0 = 9;
        inspection->text += token.text;
        inspection->effects.tokens.push_back(effect);
        inspection->tokenTexts.push_back(token.text);
        inspection->top_h.emplace_back();
        inspection->top_0.emplace_back();
    }
    causal::Attribution attribution;
    attribution.reviews = reviews;
    attribution.effect.resize(tokens.size() * static_cast<std::size_t>(reviews), 0);
    for (int review = 0; review < reviews; ++review) {
        store::ReviewRow row;
        row.itemTitle = "Album " + std::to_string(review + 1);
        row.review.text = "Past text " + std::to_string(review + 1);
        inspection->history.push_back(row);
        const auto diagonal = static_cast<std::size_t>(review);
        if (diagonal < tokens.size()) {
            attribution.effect[diagonal * static_cast<std::size_t>(reviews) + diagonal] =
                0.1F * static_cast<float>(review + 1);
        }
    }
    inspection->attribution = attribution;
    return inspection;
}

} // namespace nextquill::ui
