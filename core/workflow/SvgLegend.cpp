// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/SvgLegend.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace nextquill::workflow {

namespace {

constexpr double scaleWidth = 220;
constexpr double scaleHeight = 12;
constexpr int cells = 55;

struct Interval
{
    double from = 0;
    double to = 0;
};

/// The scale's axis: value to place and back, in [0, 1] along its width.
class Axis
{
public:
    explicit Axis(const FigureView& view)
        : m_range{view.range}
        , m_isSigned{view.isSigned}
    {
    }

    [[nodiscard]] double placeOf(double value) const
    {
        const double root = std::sqrt(std::min(std::abs(value) / m_range, 1.0));
        return m_isSigned ? (1 + std::copysign(root, value)) / 2 : root;
    }

    [[nodiscard]] double valueAt(double place) const
    {
        const double root = m_isSigned ? 2 * place - 1 : place;
        return std::copysign(root * root * m_range, root);
    }

private:
    double m_range;
    bool m_isSigned;
};

/// Middle and ends first: a tick without room for its number is left out.
std::vector<double> ticksOf(const FigureView& view)
{
    std::vector<double> ticks = legendValues(view);
    std::ranges::stable_sort(ticks, {}, [&view](double value) {
        return value == 0 ? 0 : std::abs(value) == view.range ? 1 : 2;
    });
    return ticks;
}

void drawScale(SvgPage& page, const FigureView& view, const FigureSettings& settings, double x,
               double y)
{
    const Axis axis{view};
    const double cell = scaleWidth / cells; // each begins below the next: no seams
    for (int i = 0; i < cells; ++i) {
        const double value = axis.valueAt((i + 0.5) / cells);
        page.rectangle(x + i * cell, y, i + 1 < cells ? cell + 1 : cell, scaleHeight,
                       colorOf({.value = value}, view, settings, settings.ground));
    }
}

void drawTicks(SvgPage& page, const FigureView& view, double x, double y, const TextStyle& style)
{
    const Axis axis{view};
    std::vector<Interval> taken;
    for (const double tick : ticksOf(view)) {
        const typeset::SetText text = page.set(legendNumber(tick, view), style.size, scaleWidth);
        const double middle = x + axis.placeOf(tick) * scaleWidth;
        const double left = std::clamp(middle - text.width / 2, x, x + scaleWidth - text.width);
        const Interval place{left - 3, left + text.width + 3};
        if (std::ranges::any_of(taken, [&](const Interval& other) {
                return place.from < other.to && other.from < place.to;
            })) {
            continue;
        }
        taken.push_back(place);
        page.rectangle(middle - 0.5, y + scaleHeight, 1, 4, style.color);
        page.draw(text, left, y + scaleHeight + 14, style);
    }
}

} // namespace

double drawLegend(SvgPage& page, const FigureView& view, const FigureSettings& settings, double x,
                  double y, double width)
{
    const Rgb soft = softInk(settings.ground);
    drawScale(page, view, settings, x, y);
    drawTicks(page, view, x, y, {.size = 10, .lineHeight = 14, .color = soft});
    const TextStyle style{.size = 11, .lineHeight = 15, .color = soft};
    constexpr double gap = 16;
    constexpr double leastWords = 240;
    const bool beside = width - scaleWidth - gap >= leastWords;
    const double wordsX = beside ? x + scaleWidth + gap : x;
    const double wordsY = beside ? y + 10 : y + scaleHeight + 34;
    const double below =
        page.write(legendWords(settings), wordsX, wordsY, x + width - wordsX, style);
    const double sentences = std::max(below, y + scaleHeight + 36);
    return page.write(legendSentences(view, settings), x, sentences, width, style);
}

} // namespace nextquill::workflow
