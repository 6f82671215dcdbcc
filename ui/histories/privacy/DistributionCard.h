// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/histories/privacy/BarChart.h"

#include <QFrame>
#include <QString>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace nextquill::ui {

/// One distribution: title, bars, and in words what is known or chosen; a button that filters.
class DistributionCard : public QFrame
{
    Q_OBJECT

public:
    DistributionCard(const QString& title, const QString& name, QWidget* parent = nullptr);

    /// For what belongs beside the title, such as a model to choose.
    void addToTitle(QWidget* widget);
    void setBars(QList<BarChart::Bar> bars, const QString& summary);
    /// What is said while nothing is chosen: what is being done, or why there is nothing.
    void setSummary(const QString& summary);
    void setFilterable(bool filterable);

Q_SIGNALS:
    /// The bars from `first` to `last` are to be filtered on.
    void filterRequested(int first, int last);

private:
    void renew();

    BarChart* m_chart;
    QHBoxLayout* m_titleLine;
    QLabel* m_caption;
    QPushButton* m_filter;
    QString m_summary;
    bool m_filterable = true;
};

} // namespace nextquill::ui
