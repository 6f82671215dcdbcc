// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/curate/Screening.h"
#include "core/store/table/Selection.h"

#include "ui/tasks/Job.h"
#include "ui/widgets/PagedListModel.h"

#include <QPointer>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace nextquill::ui {

class ProgressLine;
class ProjectSession;

/// Texts without words, texts that are mostly sentences of many users, and texts in another
/// language than the others: counted, shown in the table (under a tag), excluded as one step.
class ScreeningPane : public QWidget
{
    Q_OBJECT

public:
    explicit ScreeningPane(ProjectSession& session, QWidget* parent = nullptr);

public Q_SLOTS:
    void look();

Q_SIGNALS:
    void reviewWanted(qint64 reviewId);
    /// As `data list --where` reads it.
    void filterWanted(const QString& filter);

private:
    /// A fault with what can be done about it.
    struct Fault
    {
        QLabel* summary = nullptr;
        QPushButton* show = nullptr;
        QPushButton* exclude = nullptr;
        std::function<const std::vector<ReviewId>&()> reviews;
        QString tag; ///< under which they are shown
    };

    QWidget* createTools();
    QWidget* createFault(Fault& fault, const QString& name, const QString& title, QWidget* inside);
    QWidget* createSentences();
    QWidget* createLanguages();
    void reload();
    void renew();
    void renewFault(const Fault& fault, const QString& summary);
    void showReport(curate::ScreeningReport report);
    [[nodiscard]] static store::Selection selectionOf(const Fault& fault);
    void showTagged(const Fault& fault);
    void exclude(const Fault& fault);
    void start(Job* job);

    ProjectSession& m_session;
    std::optional<curate::ScreeningReport> m_report;
    bool m_outdated = false;
    QPointer<Job> m_job;
    QPushButton* m_look;
    ProgressLine* m_progress;
    QLabel* m_summary;
    QComboBox* m_language; ///< the one to keep; the first entry: that of most texts
    PagedListModel<curate::CommonSentence>* m_sentences;
    QTableView* m_sentenceView;
    PagedListModel<curate::LanguageCount>* m_languages;
    QTableView* m_languageView;
    Fault m_empty;
    Fault m_boilerplate;
    Fault m_foreign;
};

} // namespace nextquill::ui
