// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/PromptView.h"

#include <QWidget>

#include <cstddef>
#include <vector>

class QLabel;

namespace nextquill::ui {

/// A prompt's token budget as one bar: what each part takes, and what is left; in words below it.
class BudgetBar : public QWidget
{
    Q_OBJECT

public:
    explicit BudgetBar(QWidget* parent = nullptr);

    void showBudget(const workflow::PromptView& view);
    void showNothing();

    /// The words below the bar.
    [[nodiscard]] QString sentence() const;

private:
    class Bar;

    Bar* m_bar;
    QLabel* m_words;
};

} // namespace nextquill::ui
