// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspect/TokenFacts.h"

#include <QFrame>
#include <QList>

class QGridLayout;
class QLabel;

namespace nextquill::ui {

/// A card that floats beside a token with its facts. Takes no focus and lets the pointer through:
/// what it shows is also in TokenPanel, where keys reach it.
///
/// Its parent is what it floats over.
class TokenCard : public QFrame
{
    Q_OBJECT

public:
    explicit TokenCard(QWidget* parent);

    /// Shows the facts below `token`, or above where there is no room; `token` is in the parent's
    /// coordinates. Inside the parent as far as it fits.
    void showAt(const QRect& token, const TokenFacts& facts);

private:
    void fill(const TokenFacts& facts);

    QLabel* m_token;
    QLabel* m_sentence;
    QLabel* m_unit;
    QLabel* m_cluster;
    QGridLayout* m_grid;
    QList<QLabel*> m_names; // labels are kept: hovering makes none
    QList<QLabel*> m_values;
};

} // namespace nextquill::ui
