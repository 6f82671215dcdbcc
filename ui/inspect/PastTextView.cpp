// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/PastTextView.h"

#include "core/text/Sentences.h"

#include "ui/inspect/EffectMeasure.h"
#include "ui/inspect/EffectNumbers.h"
#include "ui/project/EffectColorScale.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenView.h"

#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace nextquill::ui {

namespace {

const double natsOfABit = std::log(2.0);

/// Sentences as a view's tokens, no values yet.
TokenText sentencesAsTokens(const std::string& text, const std::vector<ByteRange>& sentences)
{
    TokenText result;
    result.text = shown(text);
    const std::vector<qsizetype> position = utf16Positions(text);
    for (const ByteRange& sentence : sentences) {
        result.tokens.append({.begin = position[std::min(sentence.begin, text.size())],
                              .end = position[std::min(sentence.end, text.size())],
                              .value = std::numeric_limits<float>::quiet_NaN()});
    }
    return result;
}

} // namespace

PastTextView::PastTextView(QWidget* parent)
    : QWidget{parent}
    , m_title{new QLabel{this}}
    , m_text{new TokenView{this}}
    , m_words{new QLabel{this}}
{
    createText();
    for (QLabel* const label : {m_title, m_words}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_title->setObjectName(QStringLiteral("pastTextTitle"));
    m_words->setObjectName(QStringLiteral("pastTextWords"));
    m_words->setProperty("role", QStringLiteral("muted"));
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_title);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_words);
    showReview(nullptr, -1);
}

void PastTextView::createText()
{
    m_text->setObjectName(QStringLiteral("pastText"));
    m_text->setAccessibleName(tr("The chosen past text, sentence by sentence"));
    m_text->setEmptyText(tr("Choose a past text to read it and to see what it did."));
    m_text->setFont(readingFont(font().pointSizeF()));
    m_text->setDescription([this](qsizetype sentence) { return spokenSentence(sentence); });
    m_text->setValueCells(
        QStringLiteral("on_token\tbits_on_text"), [this](qsizetype sentence) -> QString {
            const workflow::SentenceEffects* const measured = effects();
            if (measured == nullptr) {
                return QStringLiteral("\t");
            }
            const auto at = static_cast<std::size_t>(sentence);
            const QString onToken =
                isOnToken() ? QString::number(measured->at(static_cast<std::size_t>(m_token), at))
                            : QString{};
            return onToken % QLatin1Char('\t') %
                   QString::number(measured->logEffect[at] / natsOfABit);
        });
    connect(m_text, &TokenView::currentTokenChanged, this, &PastTextView::renewWords);
    connect(m_text, &TokenView::tokenHovered, this, &PastTextView::renewWords);
}

void PastTextView::showReview(const InspectionPtr& inspection, int review)
{
    m_inspection = inspection;
    m_review = inspection ? review : -1;
    if (m_review < 0) {
        m_title->clear();
        m_text->setText({});
    } else {
        showSentences(m_inspection->history[static_cast<std::size_t>(m_review)]);
    }
    m_title->setVisible(m_review >= 0);
    shade();
}

void PastTextView::showSentences(const store::ReviewRow& row)
{
    QString title =
        tr("%1 · %2 %3")
            .arg(shownDate(row.review.time), shown(row.itemTitle), shownStars(row.review.rating));
    if (!row.review.title.empty()) {
        title = tr("%1 · %2").arg(title, shown(row.review.title));
    }
    m_title->setText(title);
    const workflow::SentenceEffects* const measured = effects();
    const TokenText text = sentencesAsTokens(
        row.review.text, measured ? measured->sentences : text::sentencesOf(row.review.text));
    if (text.text != m_text->text().text || text.tokens.size() != m_text->text().tokens.size()) {
        m_text->setText(text);
    }
}

void PastTextView::setToken(qsizetype token)
{
    if (token != m_token) {
        m_token = token;
        shade();
    }
}

void PastTextView::setColorScale(std::shared_ptr<const ColorScale> scale)
{
    m_scale = std::move(scale);
    shade();
}

const workflow::SentenceEffects* PastTextView::effects() const
{
    if (!m_inspection || m_review < 0) {
        return nullptr;
    }
    const auto found =
        std::ranges::find(m_inspection->sentences, static_cast<std::size_t>(m_review),
                          &workflow::SentenceEffects::review);
    return found != m_inspection->sentences.end() ? &*found : nullptr;
}

bool PastTextView::isOnToken() const
{
    return m_inspection && m_token >= 0 &&
           m_token < static_cast<qsizetype>(m_inspection->effects.tokens.size());
}

void PastTextView::shade()
{
    const workflow::SentenceEffects* const measured = effects();
    QList<float> values;
    for (qsizetype i = 0; i < m_text->text().tokens.size(); ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (measured == nullptr) {
            values.append(std::numeric_limits<float>::quiet_NaN());
        } else if (isOnToken()) {
            values.append(measured->at(static_cast<std::size_t>(m_token), at));
        } else {
            values.append(static_cast<float>(measured->logEffect[at] / natsOfABit));
        }
    }
    if (isOnToken() && m_scale) {
        m_text->setColorScale(m_scale);
    } else {
        m_text->setColorScale(std::make_shared<EffectColorScale>(
            infoOf(EffectMeasure::LogRatio).range, std::numeric_limits<float>::infinity()));
    }
    m_text->setValues(values);
    renewWords();
}

void PastTextView::renewWords()
{
    const qsizetype sentence =
        m_text->hoveredToken() >= 0 ? m_text->hoveredToken() : m_text->currentToken();
    QStringList words;
    if (m_review >= 0) {
        if (effects() != nullptr && sentence >= 0) {
            words << sentenceOn(sentence);
        }
        words << wordsOnAll();
    }
    m_words->setText(words.join(QLatin1Char(' ')));
    m_words->setVisible(!words.isEmpty());
}

/// What was measured, and how sure it is.
QString PastTextView::wordsOnAll() const
{
    const workflow::SentenceEffects* const measured = effects();
    if (measured == nullptr) {
        return m_inspection->attribution
                   ? tr("S measures what each of its sentences does.")
                   : tr("What it does is not measured yet: A leaves out each past text, S each "
                        "sentence of this one.");
    }
    const QString shadedBy =
        isOnToken() ? tr("Shaded by the effect on %1.").arg(tokenWords())
                    : tr("Shaded by the bits that each sentence gives about the text.");
    if (measured->isExact) {
        return tr("%1 Each sentence was left out by itself.").arg(shadedBy);
    }
    const QString surrogate =
        tr("%1 More than %2 sentences: not left out one by one, but weights of a linear surrogate "
           "fitted to %3 random halves.")
            .arg(shadedBy)
            .arg(workflow::mostSentencesLeftOut)
            .arg(measured->subsets);
    return measured->fit ? tr("%1 It tells R² %2 of those it has not seen (1 is all).")
                               .arg(surrogate, QString::number(*measured->fit, 'f', 2))
                         : tr("%1 How well it fits cannot be told: nothing changed over them.")
                               .arg(surrogate);
}

QString PastTextView::tokenWords() const
{
    return tr("“%1”").arg(shownToken(m_inspection->tokenTexts[static_cast<std::size_t>(m_token)]));
}

QString PastTextView::sentenceOn(qsizetype sentence) const
{
    const workflow::SentenceEffects* const measured = effects();
    if (measured == nullptr || sentence < 0 || sentence >= std::ssize(measured->sentences)) {
        return {};
    }
    const auto at = static_cast<std::size_t>(sentence);
    const QString place = tr("Sentence %1 of %2").arg(sentence + 1).arg(measured->sentences.size());
    const QString onText =
        tr("%1 bits on the text").arg(signedNumber(measured->logEffect[at] / natsOfABit, 2));
    if (!isOnToken()) {
        return tr("%1: %2.").arg(place, onText);
    }
    const auto onToken = static_cast<double>(measured->at(static_cast<std::size_t>(m_token), at));
    return tr("%1: %2 on %3, %4.").arg(place, signedNumber(onToken, 3), tokenWords(), onText);
}

QString PastTextView::spokenSentence(qsizetype sentence) const
{
    const QString words = sentenceOn(sentence);
    return words.isEmpty() ? tr("Sentence %1, not measured").arg(sentence + 1) : words;
}

} // namespace nextquill::ui
