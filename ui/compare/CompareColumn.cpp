// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareColumn.h"

#include "core/workflow/EffectColor.h"

#include "ui/project/EffectColorScale.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/TokenView.h"
#include "ui/widgets/WordDiff.h"

#include <QLabel>
#include <QVBoxLayout>

#include <limits>
#include <utility>

namespace nextquill::ui {

namespace {

/// The written tokens as ranges of the text, with the effect of the history on each.
TokenText tokensOf(const workflow::ComparedText& result, bool heatmap)
{
    TokenText text;
    text.text = shown(result.text);
    qsizetype position = 0;
    const std::vector<causal::TokenEffect>& effects = result.generated.effects;
    for (std::size_t i = 0; heatmap && i < effects.size(); ++i) {
        // Tokens that are parts of characters have no text of their own: they share the next one's.
        const QString token = shown(result.tokenTexts[i]);
        const qsizetype end =
            text.text.mid(position, token.size()) == token ? position + token.size() : position;
        text.tokens.append({.begin = position, .end = end, .value = effects[i].pce()});
        position = end;
    }
    return text;
}

} // namespace

CompareColumn::CompareColumn(QWidget* parent)
    : QWidget{parent}
    , m_title{new QLabel{this}}
    , m_text{new TokenView{this}}
    , m_scores{new QLabel{this}}
{
    m_title->setProperty("role", QStringLiteral("heading"));
    m_scores->setProperty("role", QStringLiteral("muted"));
    m_scores->setObjectName(QStringLiteral("scores"));
    for (QLabel* label : {m_title, m_scores}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_text->setColorScale(std::make_shared<EffectColorScale>(
        static_cast<float>(workflow::defaultRange), std::numeric_limits<float>::infinity()));
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_title);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_scores);
}

void CompareColumn::setTitle(const QString& title)
{
    m_title->setText(title);
    m_text->setAccessibleName(title);
}

QString CompareColumn::title() const
{
    return m_title->text();
}

void CompareColumn::setWaiting(const QString& sentence)
{
    m_text->setEmptyText(sentence);
}

void CompareColumn::clearText()
{
    m_result.reset();
    m_plain.clear();
    m_scores->clear();
    renew();
}

void CompareColumn::addPiece(const QString& piece)
{
    m_plain += piece;
    m_text->setText({.text = m_plain});
}

void CompareColumn::setResult(std::shared_ptr<const workflow::ComparedText> result)
{
    m_result = std::move(result);
    m_plain = shown(m_result->text);
    const evaluate::TextScores& s = m_result->scores;
    QString scores = tr("ROUGE-1 %1 · ROUGE-L %2 · METEOR %3\nBLEU %4 · chrF %5")
                         .arg(QString::number(s.rouge1, 'f', 3), QString::number(s.rougeL, 'f', 3),
                              QString::number(s.meteor, 'f', 3), QString::number(s.bleu, 'f', 1),
                              QString::number(s.chrf, 'f', 1));
    if (m_result->generated.tokensPerSecond > 0) { // else it was not written here
        scores +=
            tr(" · %1 tokens/s").arg(QString::number(m_result->generated.tokensPerSecond, 'f', 0));
    }
    if (m_result->withHistory) {
        scores += tr(" · mean PCE %1").arg(QString::number(m_result->meanPce, 'f', 3));
    }
    m_scores->setText(scores);
    renew();
}

void CompareColumn::setPlainText(const QString& text)
{
    m_result.reset();
    m_plain = text;
    m_scores->setText(tr("what the scores compare with"));
    renew();
}

void CompareColumn::setHeatmapShown(bool shown)
{
    m_heatmap = shown;
    renew();
}

void CompareColumn::setDifferencesTo(const QString& other)
{
    m_other = other;
    renew();
}

void CompareColumn::renew()
{
    TokenText text = m_result ? tokensOf(*m_result, m_heatmap) : TokenText{.text = m_plain};
    if (!m_other.isEmpty() && !m_plain.isEmpty()) {
        text.marks = wordDifferences(m_other, text.text).after;
    }
    m_text->setText(text);
}

} // namespace nextquill::ui
