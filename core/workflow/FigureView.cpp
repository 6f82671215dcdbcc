// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/FigureView.h"

#include "core/base/Error.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

[[noreturn]] void refuse(const std::string& what, double value, const std::string& remedy)
{
    throw Error{ErrorKind::BadInput, what, fmt::format("{:g}", value), remedy};
}

std::string shortDigest(const std::string& digest)
{
    return digest.empty() ? std::string{} : " (SHA-256 " + digest.substr(0, 12) + ")";
}

std::string plural(std::size_t count, std::string_view noun)
{
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

/// "each token", "each word (sum of its tokens)"
std::string eachUnit(const FigureSettings& settings)
{
    const std::string each = "each " + std::string{name(settings.unit)};
    return settings.unit == UnitKind::Token         ? each
           : measureInfo(settings.measure).isSummed ? each + " (the sum over its tokens)"
                                                    : each + " (the mean of its tokens)";
}

/// "The PCE was tested by 19 other users' histories (3 of 80 words are above their 95 % range) and
/// 20 histories drawn anew (12 words have 0 in their 95 % range), seed 42."
std::string controlsSentence(const Inspection& inspection, const FigureView& view, UnitKind kind)
{
    const std::string units = plural(view.units.size(), name(kind));
    std::string text = " The PCE was tested by ";
    if (view.placebos > 0) {
        text += fmt::format("{} ({} of {} above their 95 % range)",
                            view.placebos == 1
                                ? std::string{"another user's history"}
                                : fmt::format("{} other users' histories", view.placebos),
                            view.own, units);
    }
    if (view.resamples > 0) {
        text += fmt::format("{}{} drawn anew ({} of {} with 0 in their 95 % range)",
                            view.placebos > 0 ? " and " : "",
                            view.resamples == 1 ? std::string{"a history"}
                                                : fmt::format("{} histories", view.resamples),
                            view.uncertain, units);
    }
    return text + fmt::format(", seed {}.", inspection.controls->seed);
}

/// "Log ratio (bits) of each token in"
std::string quantity(const FigureSettings& settings)
{
    return settings.measure == EffectMeasure::Pce
               ? "Preference causal effect of the history on " + eachUnit(settings) + " of"
               : std::string{measureInfo(settings.measure).name} + " of " + eachUnit(settings) +
                     " in";
}

} // namespace

void validate(const FigureSettings& settings)
{
    if (settings.range && !(*settings.range > 0 && *settings.range <= 1000)) {
        refuse("the range of a figure's colours must be positive", *settings.range,
               "choose a number above 0, such as 0.5");
    }
    if (settings.threshold && !(std::abs(*settings.threshold) <= 1)) {
        refuse("a threshold is a causal effect", *settings.threshold,
               "choose a number from -1 to 1, such as 0.05");
    }
    if (!(settings.width >= 240 && settings.width <= 10'000)) {
        refuse("a figure cannot be of this width", settings.width,
               "choose 240 to 10000 pixels (96 to an inch)");
    }
    if (!(settings.dpi >= 24 && settings.dpi <= 2400)) {
        refuse("a figure cannot have this resolution", settings.dpi, "choose 24 to 2400 dpi");
    }
}

FigureView figureView(const Inspection& inspection, const FigureSettings& settings)
{
    const EffectMeasureInfo& info = measureInfo(settings.measure);
    FigureView view;
    view.range = settings.range.value_or(info.range);
    view.threshold = settings.threshold.value_or(inspection.threshold);
    view.isSigned = !info.below.empty();
    view.tick = settings.measure == EffectMeasure::Pce ? std::abs(view.threshold)
                : view.range >= 2                      ? 1
                                                       : view.range / 10;
    for (const TextUnit& unit : textUnits(inspection.text, inspection.effects, settings.unit)) {
        const double value = unitValue(unit, inspection.effects, settings.measure);
        // What is drawn as the range's end and reads the same is not beyond it: ln 2 and 0.69.
        const bool clipped = std::abs(value) > 1.01 * view.range;
        view.units.push_back({unit, value, clipped, signsOf(unit, inspection)});
        view.clipped += view.units.back().isClipped ? 1 : 0;
        view.uncertain += view.units.back().signs.isUncertain ? 1 : 0;
        view.own += view.units.back().signs.isOwn ? 1 : 0;
    }
    if (inspection.controls) {
        const InspectionControls& controls = *inspection.controls;
        view.placebos = controls.placebo ? controls.placebo->effects.samples : 0;
        view.resamples = controls.resampled ? controls.resampled->effects.samples : 0;
    }
    for (const TextUnit& token : textUnits(inspection.text, inspection.effects)) {
        if (meanPce(token, inspection.effects) > view.threshold) {
            view.weighted.push_back(token);
        }
    }
    view.undrawn = static_cast<std::size_t>(std::ranges::count_if(
        inspection.effects.tokens, [](const causal::TokenEffect& token) { return !token.bytes; }));
    return view;
}

Rgb colorOf(const ColoredUnit& unit, const FigureView& view, const FigureSettings& settings,
            Ground ground)
{
    return settings.greyscale ? effectGrey(unit.value, view.range, ground)
                              : effectColor(unit.value, view.range, ground);
}

std::string legendWords(const FigureSettings& settings)
{
    const EffectMeasureInfo& info = measureInfo(settings.measure);
    const bool grey = settings.greyscale;
    std::string words = fmt::format("{}: {}", grey ? "line below" : "orange", info.above);
    if (!info.below.empty()) {
        words += fmt::format("; {}: {}", grey ? "line above" : "blue", info.below);
    }
    return words;
}

std::vector<double> legendValues(const FigureView& view)
{
    std::vector<double> values{0};
    if (view.tick > 0 && view.tick < view.range) {
        values.push_back(view.tick);
    }
    values.push_back(view.range);
    if (view.isSigned) {
        for (std::size_t i = values.size(); i-- > 1;) {
            values.push_back(-values[i]);
        }
    }
    std::ranges::sort(values);
    return values;
}

std::string legendNumber(double value, const FigureView& view)
{
    return value < 0                    ? fmt::format("−{:g}", -value)
           : value > 0 && view.isSigned ? fmt::format("+{:g}", value)
                                        : fmt::format("{:g}", value);
}

std::string legendSentences(const FigureView& view, const FigureSettings& settings)
{
    const EffectMeasureInfo& info = measureInfo(settings.measure);
    std::string text = fmt::format(
        "{}: {} of {}, from {} to {}{}.", settings.greyscale ? "Shade" : "Colour", info.name,
        eachUnit(settings), legendNumber(view.isSigned ? -view.range : 0, view),
        legendNumber(view.range, view), info.unit.empty() ? "" : " " + std::string{info.unit});
    text += fmt::format(" {}: tokens with a PCE above {:g}, which training would weight.",
                        settings.greyscale ? "Thick line below" : "Underlined", view.threshold);
    if (view.clipped > 0) {
        text += fmt::format(" Corner: {} beyond the range, drawn as its end.",
                            plural(view.clipped, "value"));
    }
    if (view.uncertain > 0) {
        text += " Hatched: the 95 % range of the PCE over histories drawn anew holds 0.";
    }
    if (view.own > 0) {
        text += " Diamond: the user's own, a PCE above the 95 % range of other users' histories.";
    }
    return text;
}

std::string caption(const Inspection& inspection, const FigureSettings& settings,
                    const FigureView& view)
{
    std::string text = fmt::format(
        "{} {}. Model {}{}, example {}{}, {}; mean PCE {:+.3f}, {:.0f} % of tokens above "
        "{:g}.",
        quantity(settings), inspection.generated ? "a generated text" : "the user's own text",
        inspection.modelName, shortDigest(inspection.modelDigest), number(inspection.example),
        shortDigest(inspection.exampleDigest), plural(inspection.history.size(), "past review"),
        inspection.effects.meanPce(),
        100 * inspection.effects.preferenceRatio(static_cast<float>(view.threshold)),
        view.threshold);
    if (!inspection.promptWords.empty()) {
        text += " Prompt: " + inspection.promptWords + ".";
    }
    const bool isTested = view.placebos + view.resamples > 0;
    text += isTested ? controlsSentence(inspection, view, settings.unit) : std::string{};
    text += inspection.seed ? fmt::format(" Seed {}.", *inspection.seed)
            : isTested      ? std::string{}
                            : std::string{" No random numbers were used."};
    return text + " NextQuill " NEXTQUILL_VERSION ".";
}

std::string hiddenSentences(const Inspection& inspection, const FigureView& view)
{
    std::string text;
    if (inspection.targetCut) {
        text += " The text is longer than is measured and was cut.";
    }
    if (inspection.earlierReviews > inspection.history.size()) {
        text += fmt::format(" {} of {} not in the prompt.",
                            inspection.earlierReviews - inspection.history.size(),
                            plural(inspection.earlierReviews, "earlier review") + " are");
    }
    if (inspection.reviewsCut > 0) {
        text += " The past review was shortened to fit the prompt.";
    }
    if (inspection.descriptionCut) {
        text += " The item's description was shortened to fit the prompt.";
    }
    if (view.undrawn > 0) {
        text += fmt::format(" The end of the text is measured but not drawn ({}).",
                            plural(view.undrawn, "token"));
    }
    return text.empty() ? text : "Not shown:" + text;
}

} // namespace nextquill::workflow
