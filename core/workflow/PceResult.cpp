// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/PceResult.h"

#include "core/base/Utf8.h"

#include <array>
#include <utility>

namespace nextquill::workflow {

std::string shownToken(const text::Tokenizer& tokenizer, text::TokenId id)
{
    const std::string bytes = tokenizer.bytesOf(id);
    return bytes.empty() ? tokenizer.decode(std::array{id}) : toUtf8(bytes);
}

OrderedJson pceResult(const std::string& id, const causal::PreferenceEffects& effects,
                      const std::vector<std::string>& tokenTexts, double threshold)
{
    OrderedJson tokens = OrderedJson::array();
    for (std::size_t i = 0; i < effects.tokens.size(); ++i) {
        const causal::TokenEffect& token = effects.tokens[i];
        OrderedJson entry{{"id", static_cast<std::int64_t>(token.token)},
                          {"text", tokenTexts[i]},
                          {"start", nullptr},
                          {"end", nullptr},
                          {"p_h", token.p_h},
                          {"p_0", token.p_0},
                          {"pce", token.pce()},
                          {"logp_h", token.logp_h},
                          {"logp_0", token.logp_0},
                          {"js", token.js},
                          {"rank_h", token.rank_h},
                          {"rank_0", token.rank_0}};
        if (token.bytes) {
            entry["start"] = token.bytes->begin;
            entry["end"] = token.bytes->end;
        }
        tokens.push_back(std::move(entry));
    }
    return {{"id", id},
            {"tokens", std::move(tokens)},
            {"mean_pce", effects.meanPce()},
            {"preference_ratio", effects.preferenceRatio(static_cast<float>(threshold))}};
}

} // namespace nextquill::workflow
