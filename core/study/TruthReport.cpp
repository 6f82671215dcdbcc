// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/TruthReport.h"

#include "core/base/Counted.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"

#include <fmt/format.h>
#include <vector>

namespace nextquill::study {

namespace {

OrderedJson orNull(std::optional<double> value)
{
    return value ? OrderedJson(*value) : OrderedJson(nullptr);
}

std::string words(std::optional<double> value)
{
    return value ? fmt::format("{:.3f}", *value) : "cannot be said";
}

} // namespace

TruthReport holdAgainst(const std::map<ExampleId, TextTruth>& truth,
                        std::span<const workflow::MeasuredText> texts, double threshold,
                        std::uint64_t seed, const StopToken& stop)
{
    TruthReport report{.threshold = threshold};
    std::vector<std::vector<WordEffect>> effects;
    for (const workflow::MeasuredText& text : texts) {
        stopPoint(stop);
        const auto found = truth.find(text.example);
        if (found == truth.end() || found->second.textDigest != sha256(text.text)) {
            ++report.unknown;
            continue;
        }
        effects.push_back(wordEffects(found->second.words, text.tokens));
    }
    if (effects.empty() && !texts.empty()) {
        throw Error{ErrorKind::BadInput, "the truth is of none of the measured texts", "--truth",
                    "name the file that `nextquill synth` wrote beside this project"};
    }
    report.score = scoreEffects(effects, threshold, seed);
    return report;
}

std::string toText(const TruthReport& report)
{
    const EffectScore& s = report.score;
    std::string text = fmt::format(
        "Against the true effects: {} words of {}; {} bear preference, {} have a true PCE above "
        "{}\n",
        grouped(s.words), counted(s.texts, "text", "texts"), grouped(s.preferenceWords),
        grouped(s.raisedWords), report.threshold);
    text += fmt::format("  AUROC, words that bear preference by |PCE|    {}\n",
                        words(s.aurocPreference));
    text +=
        fmt::format("  AUROC, words truly raised by PCE              {}\n", words(s.aurocRaised));
    text += fmt::format("  Correlation with the truth                    {} (by ranks {})\n",
                        words(s.pearson), words(s.spearman));
    text += fmt::format("  The same, words that bear preference          {} (by ranks {})\n",
                        words(s.pearsonOfPreference), words(s.spearmanOfPreference));
    text +=
        fmt::format("  Mean error |PCE - truth|                      {:.4f} ({:.4f} to {:.4f}); "
                    "{:.4f} for 0 everywhere",
                    s.error.mean, s.error.low, s.error.high, s.errorOfNone);
    if (report.unknown > 0) {
        text += fmt::format("\n  {} left out: without a truth, or changed since",
                            counted(report.unknown, "text", "texts"));
    }
    return text;
}

OrderedJson toJson(const TruthReport& report)
{
    const EffectScore& s = report.score;
    return {{"texts", s.texts},
            {"unknown", report.unknown},
            {"words", s.words},
            {"preference_words", s.preferenceWords},
            {"raised_words", s.raisedWords},
            {"threshold", report.threshold},
            {"auroc_preference", orNull(s.aurocPreference)},
            {"auroc_raised", orNull(s.aurocRaised)},
            {"pearson", orNull(s.pearson)},
            {"spearman", orNull(s.spearman)},
            {"pearson_preference", orNull(s.pearsonOfPreference)},
            {"spearman_preference", orNull(s.spearmanOfPreference)},
            {"error", s.error.mean},
            {"error_low", s.error.low},
            {"error_high", s.error.high},
            {"error_of_none", s.errorOfNone}};
}

} // namespace nextquill::study
