// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Resources.h"
#include "core/base/Utf8.h"
#include "core/workflow/EffectColor.h"
#include "core/workflow/Figure.h"
#include "core/workflow/FigureView.h"
#include "core/workflow/Markup.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

/// Of a unit of many tokens, a card lists so many.
constexpr std::size_t listedTokens = 12;

std::string shownText(std::string_view text, std::size_t limit)
{
    return escapedForMarkup(escapedForDisplay(text, limit));
}

/// The two colors of a unit, for light and dark pages.
std::string colorStyle(const ColoredUnit& unit, const FigureView& view,
                       const FigureSettings& settings)
{
    const Rgb light = colorOf(unit, view, settings, Ground::Light);
    const Rgb dark = colorOf(unit, view, settings, Ground::Dark);
    return fmt::format("--l:{};--d:{}", hex(light), hex(dark)) +
           (unit.signs.isUncertain
                ? fmt::format(";--hl:{};--hd:{}", hex(hatchColor(light, Ground::Light)),
                              hex(hatchColor(dark, Ground::Dark)))
                : std::string{});
}

std::string alternativesTable(const Inspection& inspection, std::size_t index)
{
    const causal::TokenEffect& token = inspection.effects.tokens[index];
    std::string rows;
    const std::size_t count = std::max(token.top_h.size(), token.top_0.size());
    for (std::size_t i = 0; i < count; ++i) {
        const auto cell = [i](const std::vector<causal::Alternative>& alternatives,
                              const std::vector<std::string>& texts) {
            return i < alternatives.size() ? fmt::format("<td>{}</td><td>{:.3f}</td>",
                                                         shownText(texts[i], 24), alternatives[i].p)
                                           : std::string{"<td></td><td></td>"};
        };
        rows += "<tr>" + cell(token.top_h, inspection.top_h[index]) +
                cell(token.top_0, inspection.top_0[index]) + "</tr>";
    }
    return rows.empty()
               ? ""
               : fmt::format("<table><tr><th colspan=2>with history</th><th colspan=2>without</th>"
                             "</tr>{}</table>the {} likeliest of each",
                             rows, count);
}

std::string tokenNumbers(const Inspection& inspection, std::size_t index)
{
    const causal::TokenEffect& token = inspection.effects.tokens[index];
    return fmt::format("<b>{}</b> PCE {:+.3f}<br>p with history {:.3f} (rank {}) · without {:.3f} "
                       "(rank {})<br>{:+.2f} bits · JS {:.3f} nats",
                       shownText(inspection.tokenTexts[index], 40), token.pce(), token.p_h,
                       token.rank_h, token.p_0, token.rank_0, bitsOf(token), token.js);
}

/// The tokens that a word, a sentence or a character of several is made of.
std::string tokensTable(const Inspection& inspection, const TextUnit& unit)
{
    std::string rows;
    for (std::size_t i = 0; i < std::min(unit.tokens, listedTokens); ++i) {
        const causal::TokenEffect& token = inspection.effects.tokens[unit.firstToken + i];
        rows += fmt::format("<tr><td>{}</td><td>{:+.3f}</td><td>{:.3f}</td><td>{:.3f}</td>"
                            "<td>{:+.2f}</td></tr>",
                            shownText(inspection.tokenTexts[unit.firstToken + i], 24), token.pce(),
                            token.p_h, token.p_0, bitsOf(token));
    }
    const std::string more = unit.tokens > listedTokens
                                 ? fmt::format("and {} tokens more", unit.tokens - listedTokens)
                                 : std::string{};
    return "<table><tr><th>token</th><th>PCE</th><th>p "
           "with</th><th>without</th><th>bits</th></tr>" +
           rows + "</table>" + more;
}

std::string card(const Inspection& inspection, const FigureSettings& settings,
                 const ColoredUnit& colored)
{
    const TextUnit& unit = colored.unit;
    const std::string inside =
        unit.tokens == 1
            ? tokenNumbers(inspection, unit.firstToken) +
                  alternativesTable(inspection, unit.firstToken)
            : fmt::format("{} {}{}", escapedForMarkup(measureInfo(settings.measure).name),
                          escapedForMarkup(shownValue(colored.value, settings.measure)),
                          tokensTable(inspection, unit));
    const std::string signs = signWords(colored.signs);
    return "<span class=card role=tooltip>" + inside +
           (signs.empty() ? signs : "<br>PCE " + escapedForMarkup(signs)) + "</span>";
}

/// A unit's text, its tokens above the threshold underlined.
std::string underlined(const Inspection& inspection, const FigureView& view, ByteRange bytes)
{
    const std::string_view text = inspection.text;
    std::string html;
    std::size_t at = bytes.begin;
    auto token = std::ranges::partition_point(
        view.weighted, [&](const TextUnit& t) { return t.bytes.end <= bytes.begin; });
    for (; token != view.weighted.end() && token->bytes.begin < bytes.end; ++token) {
        html += escapedForMarkup(text.substr(at, token->bytes.begin - at)) + "<u>" +
                escapedForMarkup(text.substr(token->bytes.begin, token->bytes.size())) + "</u>";
        at = token->bytes.end;
    }
    return html + escapedForMarkup(text.substr(at, bytes.end - at));
}

std::string classesOf(const ColoredUnit& unit, const FigureView& view,
                      const FigureSettings& settings)
{
    const bool hasSign = settings.greyscale && std::abs(unit.value) >= view.range / 100;
    return std::string{"t"} + (unit.isClipped ? " clip" : "") +
           (unit.signs.isUncertain ? " unsure" : "") + (unit.signs.isOwn ? " own" : "") +
           (!hasSign         ? ""
            : unit.value > 0 ? " more"
                             : " less");
}

std::string htmlHeatmap(const Inspection& inspection, const FigureSettings& settings,
                        const FigureView& view)
{
    std::string html;
    for (const ColoredUnit& unit : view.units) {
        html += fmt::format("<span class=\"{}\" tabindex=0 style=\"{}\">{}{}</span>",
                            classesOf(unit, view, settings), colorStyle(unit, view, settings),
                            underlined(inspection, view, unit.unit.bytes),
                            card(inspection, settings, unit));
    }
    return html;
}

std::string htmlLegend(const FigureSettings& settings, const FigureView& view)
{
    std::string swatches;
    for (const double value : legendValues(view)) {
        const ColoredUnit unit{.value = value};
        swatches += fmt::format("<span class=\"{}\" style=\"{}\">{}</span>",
                                classesOf(unit, view, settings), colorStyle(unit, view, settings),
                                legendNumber(value, view));
    }
    return swatches + " " + escapedForMarkup(legendWords(settings)) + ". " +
           escapedForMarkup(legendSentences(view, settings)) +
           " Point at a word, or press Tab, for its numbers.";
}

/// What each past review does to the whole text: the sum of its leave-one-out effects.
std::string reviewEffect(const Inspection& inspection, std::size_t review)
{
    if (!inspection.attribution) {
        return "";
    }
    double sum = 0;
    for (std::size_t t = 0; t < inspection.effects.tokens.size(); ++t) {
        sum += inspection.attribution->at(t, static_cast<int>(review));
    }
    return fmt::format(" <b>Σ PCE {:+.2f}</b>", sum);
}

std::string historyList(const Inspection& inspection)
{
    std::string html;
    for (std::size_t i = 0; i < inspection.history.size(); ++i) {
        const store::ReviewRow& row = inspection.history[i];
        html += fmt::format("<li><b>{}</b> · {} of 5 · {}{}<br>{}</li>\n",
                            escapedForMarkup(row.itemTitle), row.review.rating,
                            escapedForMarkup(row.review.title), reviewEffect(inspection, i),
                            escapedForMarkup(row.review.text));
    }
    return "<ol>\n" + html + "</ol>\n";
}

} // namespace

std::string figureHtml(const Inspection& inspection, const FigureSettings& settings)
{
    const FigureView view = figureView(inspection, settings);
    const std::string title = escapedForMarkup(inspection.userName + " on " + inspection.itemTitle);
    const std::string hidden = hiddenSentences(inspection, view);
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n<title>{0}</title>\n<style>\n{1}</style></head>\n"
        "<body class=\"{2}\">\n<h1>{0}</h1>\n<p class=legend>{3}</p>\n"
        "<p class=text dir=auto>{4}</p>\n<p class=caption>{5}</p>\n{6}"
        "<h2>The history, newest first</h2>\n{7}</body></html>\n",
        title, resource("figures/heatmap.css"), settings.greyscale ? "grey" : "",
        htmlLegend(settings, view), htmlHeatmap(inspection, settings, view),
        escapedForMarkup(caption(inspection, settings, view)),
        hidden.empty() ? "" : "<p class=caption>" + escapedForMarkup(hidden) + "</p>\n",
        historyList(inspection));
}

} // namespace nextquill::workflow
