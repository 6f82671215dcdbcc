// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Json.h"
#include "core/base/Resources.h"
#include "core/base/Utf8.h"
#include "core/workflow/EffectColor.h"
#include "core/workflow/Figure.h"
#include "core/workflow/Markup.h"
#include "core/workflow/TextUnits.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace nextquill::workflow {

namespace {

std::string alternativesTable(const causal::TokenEffect& token, const Inspection& inspection,
                              std::size_t index)
{
    std::string rows;
    const std::size_t count = std::max(token.top_h.size(), token.top_0.size());
    for (std::size_t i = 0; i < std::min<std::size_t>(count, 5); ++i) {
        const auto cell = [i](const std::vector<causal::Alternative>& alternatives,
                              const std::vector<std::string>& texts) {
            return i < alternatives.size()
                       ? fmt::format("<td>{}</td><td>{:.3f}</td>",
                                     escapedForMarkup(escapedForDisplay(texts[i], 24)),
                                     alternatives[i].p)
                       : std::string{"<td></td><td></td>"};
        };
        rows += "<tr>" + cell(token.top_h, inspection.top_h[index]) +
                cell(token.top_0, inspection.top_0[index]) + "</tr>";
    }
    return rows.empty()
               ? ""
               : "<table><tr><th colspan=2>with history</th><th colspan=2>without</th></tr>" +
                     rows + "</table>";
}

std::string card(const Inspection& inspection, std::size_t index)
{
    const causal::TokenEffect& token = inspection.effects.tokens[index];
    return fmt::format(
        "<span class=card role=tooltip><b>{}</b> PCE {:+.3f}<br>p with history {:.3f} "
        "(rank {}) · without {:.3f} (rank {})<br>{:+.2f} bits{}</span>",
        escapedForMarkup(escapedForDisplay(inspection.tokenTexts[index], 40)), token.pce(),
        token.p_h, token.rank_h, token.p_0, token.rank_0,
        (token.logp_h - token.logp_0) / std::log(2.0F),
        alternativesTable(token, inspection, index));
}

std::string heatmap(const Inspection& inspection)
{
    std::string html;
    for (const TextUnit& unit : textUnits(inspection.text, inspection.effects)) {
        const double value = meanPce(unit, inspection.effects);
        html += fmt::format("<span class=\"t{}\" tabindex=0 style=\"--l:{};--d:{}\">{}{}</span>",
                            value > inspection.threshold ? " w" : "",
                            hex(effectColor(value, defaultRange, Ground::Light)),
                            hex(effectColor(value, defaultRange, Ground::Dark)),
                            escapedForMarkup(std::string_view{inspection.text}.substr(
                                unit.bytes.begin, unit.bytes.size())),
                            card(inspection, unit.firstToken));
    }
    return html;
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

std::string figureHtml(const Inspection& inspection)
{
    const std::string title = escapedForMarkup(inspection.userName + " on " + inspection.itemTitle);
    return fmt::format(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n<title>{0}</title>\n<style>\n{1}</style></head>\n<body>\n<h1>{0}</"
        "h1>\n"
        "<p class=legend><span style=\"--l:{2};--d:{3}\" class=t>less likely</span> <span "
        "style=\"--l:{4};--d:{5}\" class=t>more likely</span> because of the history; underlined: "
        "above {6}. Point at a word, or press Tab, for its numbers.</p>\n<p class=text "
        "dir=auto>{7}</p>\n"
        "<p class=caption>{8}</p>\n<h2>The history, newest first</h2>\n{9}</body></html>\n",
        title, resource("figures/heatmap.css"),
        hex(effectColor(-defaultRange, defaultRange, Ground::Light)),
        hex(effectColor(-defaultRange, defaultRange, Ground::Dark)),
        hex(effectColor(defaultRange, defaultRange, Ground::Light)),
        hex(effectColor(defaultRange, defaultRange, Ground::Dark)), inspection.threshold,
        heatmap(inspection), escapedForMarkup(caption(inspection)), historyList(inspection));
}

} // namespace nextquill::workflow
