// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/Histogram.h"
#include "core/workflow/TokenLengths.h"

#include "ui/tasks/Job.h"

#include <QPointer>
#include <QWidget>

#include <map>
#include <vector>

class QCheckBox;

namespace nextquill::ui {

class DistributionCard;
class ModelBox;
class ProgressLine;
class ProjectSession;

/// What the whole project is like: reviews of a user, words, ratings, time, and tokens of a chosen
/// model. Bars are chosen, and shown in the table of reviews.
class DistributionsPane : public QWidget
{
    Q_OBJECT

public:
    explicit DistributionsPane(ProjectSession& session, QWidget* parent = nullptr);

Q_SIGNALS:
    /// As `data list --where` reads it.
    void filterWanted(const QString& filter);

protected:
    void showEvent(QShowEvent* event) override;

private:
    DistributionCard* addCard(const QString& column, const QString& title);
    void reload();
    void count();
    void countTokens();
    void show(const std::vector<store::Histogram>& histograms);
    void showTokens(const workflow::TokenLengths& lengths);
    void filter(const QString& column, int first, int last);

    ProjectSession& m_session;
    bool m_stale = true; ///< the data has changed since it was counted
    quint64 m_question = 0;
    QPointer<Job> m_job;
    QPointer<Job> m_tokenJob;
    std::map<QString, DistributionCard*> m_cards; ///< by column
    std::map<QString, store::Histogram> m_histograms;
    QCheckBox* m_withExcluded;
    ProgressLine* m_progress;
    ModelBox* m_model;
    DistributionCard* m_tokens;
};

} // namespace nextquill::ui
