// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include "ui/inspect/TokenFacts.h"

#include <QWidget>

class QLabel;

namespace nextquill::ui {

class AlternativesView;

/// Everything about one token: its facts, and what could have stood there in both worlds.
class TokenPanel : public QWidget
{
    Q_OBJECT

public:
    explicit TokenPanel(QWidget* parent = nullptr);

    void showToken(const workflow::Inspection& inspection, const TokenFacts& facts,
                   qsizetype token);
    void showNothing();
    [[nodiscard]] AlternativesView& alternatives() { return *m_alternatives; }

private:
    QLabel* m_token;
    QLabel* m_sentence;
    QLabel* m_numbers;
    AlternativesView* m_alternatives;
};

} // namespace nextquill::ui
