// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace nextquill::ui {

class AlternativesModel;

/// Everything about one token: both probabilities and ranks, effect, bits, weight in the loss, and
/// what could have stood there in both worlds.
class TokenPanel : public QWidget
{
    Q_OBJECT

public:
    explicit TokenPanel(QWidget* parent = nullptr);

    void showToken(const workflow::Inspection& inspection, qsizetype token, double threshold);
    void showNothing();

    /// "The history made “killer” 6 times as likely."
    [[nodiscard]] static QString sentence(const workflow::Inspection& inspection, qsizetype token);

private:
    QLabel* m_token;
    QLabel* m_sentence;
    QLabel* m_numbers;
    QTableView* m_alternatives;
    AlternativesModel* m_model;
};

} // namespace nextquill::ui
