// SPDX-License-Identifier: GPL-3.0-or-later
//
// What PromptTab shows of a prompt.
#include "ui/histories/prompt/BudgetBar.h"
#include "ui/histories/prompt/OriginScale.h"
#include "ui/histories/prompt/PromptReviewsModel.h"
#include "ui/histories/prompt/PromptTab.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/TokenView.h"

#include <QLabel>
#include <QStackedWidget>
#include <QTabWidget>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

TokenText tokensOf(const workflow::PromptView& view)
{
    TokenText result;
    result.text = shown(view.text);
    const std::vector<qsizetype> positions = utf16Positions(view.text);
    for (std::size_t i = 0; i < view.tokens.size(); ++i) {
        const workflow::PromptToken& token = view.tokens[i];
        result.tokens.append({.begin = positions[token.bytes.begin],
                              .end = positions[token.bytes.end],
                              .value = OriginScale::valueOf(token.origin, i)});
    }
    return result;
}

} // namespace

void PromptTab::showFailure(const QString& title, const QString& sentence)
{
    showView(nullptr);
    m_empty->setTitle(asSentence(title));
    m_empty->setSentence(sentence);
    m_empty->setAction(tr("Try again"));
}

void PromptTab::showView(std::shared_ptr<const workflow::PromptView> view)
{
    m_view = std::move(view);
    m_tableModel->setView(m_view);
    if (!m_view) {
        m_budget->showNothing();
        m_text->setText({});
        m_empty->setTitle(tr("What does the model see of this person?"));
        m_empty->setSentence(tr("Choose a user and one of their texts on the left: here is the "
                                "prompt that asks for it."));
        m_empty->setAction({});
        m_pages->setCurrentIndex(1);
        return;
    }
    m_pages->setCurrentIndex(0);
    const auto used =
        std::ranges::count_if(m_view->reviews, [](const workflow::PromptReview& review) {
            return review.place.has_value();
        });
    m_heading->setText(tr("%1 on %2: %3 of %Ln past review(s) in the prompt", nullptr,
                          static_cast<int>(m_view->reviews.size()))
                           .arg(shown(m_view->userName), shown(m_view->itemTitle))
                           .arg(used));
    m_budget->showBudget(*m_view);
    showTokens();
}

void PromptTab::showTokens()
{
    m_text->setText(tokensOf(*m_view));
    m_without->setText({.text = shown(m_view->withoutText), .tokens = {}, .marks = {}});
    sayToken(-1);
}

void PromptTab::sayToken(qsizetype token)
{
    const bool known =
        m_view && token >= 0 && token < static_cast<qsizetype>(m_view->tokens.size());
    if (!known) {
        m_tokenWords->setText(tr("Each shade is one token; the color says where it comes from."));
        return;
    }
    const workflow::PromptToken& one = m_view->tokens[static_cast<std::size_t>(token)];
    const QString origin =
        one.review >= 0 ? tr("past review %1").arg(one.review + 1) : originName(one.origin);
    m_tokenWords->setText(
        tr("token %1 · id %2 · %3").arg(token + 1).arg(static_cast<int>(one.id)).arg(origin));
}

void PromptTab::showInPrompt(int row)
{
    const workflow::PromptReview& review = m_tableModel->review(row);
    if (!review.place) {
        Q_EMIT reviewWanted(number(review.review.id));
        return;
    }
    const auto& tokens = m_view->tokens;
    const auto first = std::ranges::find_if(tokens, [&review](const workflow::PromptToken& token) {
        return token.review == static_cast<int>(*review.place);
    });
    m_sides->setCurrentIndex(0);
    m_text->setCurrentToken(first - tokens.begin());
    m_text->setFocus();
}

} // namespace nextquill::ui
