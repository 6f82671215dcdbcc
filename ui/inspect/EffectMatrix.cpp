// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/EffectMatrix.h"

#include "core/causal/Attribution.h"

#include "ui/inspect/EffectNumbers.h"
#include "ui/inspect/HistoryInquiry.h"

#include <QScrollBar>
#include <QShortcut>

#include <algorithm>
#include <cmath>

namespace nextquill::ui {

namespace {

constexpr int wholeHistory = -1; // the first row
constexpr int leastColumn = 22;
constexpr int mostColumn = 96;
constexpr int padding = 5;

} // namespace

EffectMatrix::EffectMatrix(QWidget* parent)
    : QAbstractScrollArea{parent}
{
    setObjectName(QStringLiteral("effectMatrix"));
    setAccessibleName(tr("Effect of each past text on each token"));
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    auto* key = new QShortcut{QKeySequence{Qt::SHIFT | Qt::Key_F10}, this};
    key->setContext(Qt::WidgetShortcut);
    connect(key, &QShortcut::activated, this, &EffectMatrix::requestMenu);
}

void EffectMatrix::setInspection(std::shared_ptr<const workflow::Inspection> inspection)
{
    const bool isSame =
        inspection && m_inspection && isMeasured() && isSameReading(*inspection, *m_inspection);
    m_inspection = std::move(inspection);
    m_growing = nullptr;
    if (!isSame || !isMeasured()) {
        m_token = -1;
        m_review = wholeHistory;
        m_chosen = -1;
    }
    m_hovered = {};
    m_hoveredInText = -1;
    renewColumns();
}

void EffectMatrix::showGrowing(std::shared_ptr<const causal::Attribution> effects)
{
    m_growing = std::move(effects);
    renewColumns();
}

void EffectMatrix::renewColumns()
{
    m_labels.clear();
    if (isMeasured()) {
        for (const std::string& text : m_inspection->tokenTexts) {
            m_labels.push_back(shownToken(text));
        }
        if (m_token < 0 && tokens() > 0) {
            m_token = 0;
        }
    }
    layOut();
}

const causal::Attribution* EffectMatrix::effects() const
{
    if (m_inspection == nullptr) {
        return nullptr;
    }
    return m_inspection->attribution ? &*m_inspection->attribution : m_growing.get();
}

void EffectMatrix::setColorScale(std::shared_ptr<const ColorScale> scale)
{
    m_scale = std::move(scale);
    viewport()->update();
}

qsizetype EffectMatrix::tokens() const
{
    return static_cast<qsizetype>(m_labels.size());
}

int EffectMatrix::reviews() const
{
    return isMeasured() ? effects()->reviews : 0;
}

float EffectMatrix::valueAt(qsizetype token, int review) const
{
    const auto t = static_cast<std::size_t>(token);
    return review == wholeHistory ? m_inspection->effects.tokens[t].pce()
                                  : effects()->at(t, review);
}

int EffectMatrix::labelWidth() const
{
    return std::min(fontMetrics().averageCharWidth() * 26, viewport()->width() / 3);
}

int EffectMatrix::rowHeight() const
{
    return fontMetrics().height() + 2 * padding;
}

void EffectMatrix::layOut()
{
    m_left.assign(1, 0);
    for (const QString& label : m_labels) {
        m_left.push_back(m_left.back() +
                         std::clamp(fontMetrics().horizontalAdvance(label) + 2 * padding,
                                    leastColumn, mostColumn));
    }
    const int width = std::max(1, viewport()->width() - labelWidth());
    const int height = std::max(1, viewport()->height() - 2 * rowHeight());
    horizontalScrollBar()->setRange(0, std::max(0, m_left.back() - width));
    horizontalScrollBar()->setPageStep(width);
    horizontalScrollBar()->setSingleStep(leastColumn);
    verticalScrollBar()->setRange(0, std::max(0, reviews() * rowHeight() - height));
    verticalScrollBar()->setPageStep(height);
    verticalScrollBar()->setSingleStep(rowHeight());
    viewport()->update();
}

QSize EffectMatrix::sizeHint() const
{
    return {500, 8 * rowHeight()};
}

QRect EffectMatrix::cellRect(qsizetype token, int review) const
{
    if (token < 0 || token >= tokens()) {
        return {};
    }
    // The row of tokens and that of the whole history stay in sight.
    const int top = review == wholeHistory
                        ? rowHeight()
                        : (review + 2) * rowHeight() - verticalScrollBar()->value();
    const auto column = static_cast<std::size_t>(token);
    return {labelWidth() + m_left[column] - horizontalScrollBar()->value(), top,
            m_left[column + 1] - m_left[column], rowHeight()};
}

/// The past text in the row at a height, with its label; -1: none.
int EffectMatrix::rowAt(int y) const
{
    const int row = (y - 2 * rowHeight() + verticalScrollBar()->value()) / rowHeight();
    return y >= 2 * rowHeight() && row < reviews() ? row : -1;
}

EffectMatrix::Cell EffectMatrix::cellAt(const QPoint& point) const
{
    const int x = point.x() - labelWidth() + horizontalScrollBar()->value();
    if (point.x() < labelWidth() || tokens() == 0 || x >= m_left.back() ||
        point.y() < rowHeight()) {
        return {};
    }
    const auto after = std::upper_bound(m_left.begin(), m_left.end(), x);
    const bool first = point.y() < 2 * rowHeight();
    const int row = rowAt(point.y());
    if (!first && row < 0) {
        return {};
    }
    return {.token = after - m_left.begin() - 1, .review = first ? wholeHistory : row};
}

void EffectMatrix::setCurrentToken(qsizetype token)
{
    if (token < 0 || token >= tokens() || token == m_token) {
        return;
    }
    m_token = token;
    bringIntoSight(token);
    viewport()->update();
}

void EffectMatrix::setHoveredToken(qsizetype token)
{
    if (token != m_hoveredInText) {
        m_hoveredInText = token;
        if (token >= 0 && token < tokens()) {
            bringIntoSight(token);
        }
        viewport()->update();
    }
}

void EffectMatrix::bringIntoSight(qsizetype token)
{
    const int left = m_left[static_cast<std::size_t>(token)];
    const int right = m_left[static_cast<std::size_t>(token) + 1];
    QScrollBar& bar = *horizontalScrollBar();
    if (left < bar.value() || right > bar.value() + bar.pageStep()) {
        bar.setValue(left - bar.pageStep() / 3); // with what stands before it
    }
}

void EffectMatrix::setChosenReview(int review)
{
    m_chosen = review;
    viewport()->update();
}

QString EffectMatrix::sentence(qsizetype token, int review) const
{
    if (!isMeasured() || token < 0 || token >= tokens()) {
        return {};
    }
    const QString& word = m_labels[static_cast<std::size_t>(token)];
    const QString whole = signedNumber(static_cast<double>(valueAt(token, wholeHistory)), 3);
    if (review == wholeHistory) {
        return tr("The whole history on “%1”: %2").arg(word, whole);
    }
    if (std::isnan(valueAt(token, review))) {
        return tr("Past text %1 on “%2”: not measured yet").arg(QString::number(review + 1), word);
    }
    return tr("Past text %1 on “%2”: %3; the whole history: %4")
        .arg(QString::number(review + 1), word,
             signedNumber(static_cast<double>(valueAt(token, review)), 3), whole);
}

void EffectMatrix::goTo(qsizetype token, int review)
{
    if (!isMeasured() || tokens() == 0) {
        return;
    }
    setCurrentToken(std::clamp<qsizetype>(token, 0, tokens() - 1));
    m_review = std::clamp(review, wholeHistory, reviews() - 1);
    if (m_review >= 0) {
        QScrollBar& bar = *verticalScrollBar();
        bar.setValue(std::clamp(bar.value(), (m_review + 1) * rowHeight() - bar.pageStep(),
                                m_review * rowHeight()));
    }
    viewport()->update();
    setAccessibleDescription(sentence(m_token, m_review));
    Q_EMIT cellChanged(m_token, m_review);
}

void EffectMatrix::goToBeyond(int direction)
{
    if (m_scale == nullptr || tokens() == 0) {
        return;
    }
    qsizetype token = m_token;
    for (qsizetype step = 0; step < tokens(); ++step) {
        token = (token + direction + tokens()) % tokens();
        if (std::abs(valueAt(token, m_review)) > m_scale->threshold()) {
            goTo(token, m_review);
            return;
        }
    }
}

} // namespace nextquill::ui
