// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <cmath>
#include <string>
#include <vector>

namespace nextquill::workflow {

/// An inspection of a text that is cut into these tokens, with these effects in turn.
inline Inspection inspectionOf(const std::vector<std::string>& tokens,
                               const std::vector<float>& effects)
{
    Inspection inspection;
    inspection.example = ExampleId{12};
    inspection.userName = "A1";
    inspection.itemTitle = "A book";
    inspection.modelName = "demo";
    inspection.modelDigest = std::string(64, 'a');
    inspection.exampleDigest = std::string(64, 'e');
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const float effect = effects[i % effects.size()];
        causal::TokenEffect token;
        token.bytes = ByteRange{inspection.text.size(), inspection.text.size() + tokens[i].size()};
        token.p_0 = effect < 0 ? 0.01F - effect : 0.01F;
        token.p_h = token.p_0 + effect;
        token.logp_h = std::log(token.p_h);
        token.logp_0 = std::log(token.p_0);
        token.rank_h = 2;
        token.rank_0 = 8;
        inspection.text += tokens[i];
        inspection.tokenTexts.push_back(tokens[i]);
        inspection.top_h.emplace_back();
        inspection.top_0.emplace_back();
        inspection.effects.tokens.push_back(std::move(token));
    }
    return inspection;
}

/// A text of English, Chinese, Arabic and emoji: tokens end inside words, characters and clusters.
inline Inspection manyScripts()
{
    const std::string woman = "\xf0\x9f\x91\xa9";
    const std::string girl = "\xf0\x9f\x91\xa7";
    return inspectionOf({"A",
                         " kill",
                         "er",
                         " finale",
                         ",",
                         " in",
                         " three",
                         " lines",
                         " or",
                         " more",
                         ":",
                         " the",
                         " wide",
                         " words",
                         " do",
                         " fit",
                         ".",
                         "\n\n",
                         "这本",
                         "书",
                         "非常",
                         "好看",
                         "，",
                         "我",
                         "很",
                         "喜欢",
                         "它的",
                         "故事",
                         "和",
                         "人物",
                         "，",
                         "值得",
                         "一读",
                         "再读",
                         "，",
                         "推荐",
                         "给",
                         "所有",
                         "朋友",
                         "。",
                         "\n",
                         "هذا",
                         " كتا",
                         "ب",
                         " جميل",
                         " جد",
                         "ا",
                         " من",
                         " 3",
                         "12",
                         " صفحة",
                         ".",
                         "\n",
                         "Mixed",
                         " كت",
                         "اب",
                         " and",
                         " ",
                         woman.substr(0, 2),
                         woman.substr(2),
                         "\xe2\x80\x8d",
                         girl,
                         " done",
                         "!"},
                        {0.4F, -0.3F, 0.04F, 0.9F, -0.02F, 0.12F, 0.0F, -0.7F});
}

} // namespace nextquill::workflow
