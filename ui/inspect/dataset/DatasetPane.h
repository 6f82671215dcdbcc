// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"

#include "ui/inspect/dataset/DatasetMeasurement.h"
#include "ui/inspect/dataset/EffectGroupsModel.h"

#include <QList>
#include <QString>
#include <QWidget>

#include <cstddef>
#include <memory>
#include <optional>

class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QTabWidget;

namespace nextquill::ui {

class EffectPlacesModel;
class EmptyState;
struct Failure;
class Job;
class ModelBox;
class ProgressLine;
class ProjectSession;

/// What histories do to all texts of a split: mean PCE by position, class of word and user, the
/// tokens and phrases that histories cause most, and behind every bar and row its texts.
///
/// Measures in the background, keeps what is measured in the project, and goes on where it ended:
/// Pause and Cancel lose nothing.
///
/// Keyboard  Alt+M measures or goes on, Alt+X exports; in a list arrows move, and the texts behind
///           the row are on the right; Enter goes there, Enter on a text opens it.
class DatasetPane : public QWidget
{
    Q_OBJECT

public:
    explicit DatasetPane(ProjectSession& session, QWidget* parent = nullptr);
    ~DatasetPane() override;

    /// PCE above which a token bears preference; sums up anew.
    void setThreshold(double threshold);
    /// Chooses a model from elsewhere, named as ModelBox names it.
    void useModel(const QString& model);
    /// Lists only the phrases with a word, of a model named as ModelBox names it; where no effects
    /// are kept, says so.
    void showWord(const QString& word, const QString& model);
    void exportTo(const QString& file);

public Q_SLOTS:
    /// Measures what is due, in the background; goes on after a pause.
    void start();
    /// Ends the measuring behind the group of texts under way, to go on later.
    void pause();

Q_SIGNALS:
    /// A text is to be opened; `model` as ModelBox names it.
    void exampleWanted(nextquill::ExampleId example, const QString& model);

protected:
    void showEvent(QShowEvent* event) override;

private:
    static constexpr int placesBehind = 0; ///< of what stands behind a row
    static constexpr int phrasesBehind = 1;

    /// A tab: its table and the rows in it.
    struct GroupList
    {
        QTableView* view = nullptr;
        EffectGroupsModel* model = nullptr;
    };

    void createControls();
    void createLists();
    [[nodiscard]] GroupList createList(const QString& name, const QString& title,
                                       const QString& tab);
    void createBehind();
    void createPages();
    void forget();      ///< gives up what is going on, shows nothing, and reads anew
    void reload();      ///< of the splits, then of what is kept
    void renew();       ///< reads what is kept; an older question is given up
    void run(Job* job); ///< shows the job until it ends
    void cancel();
    void rest(bool stopped);
    void showFigures(std::shared_ptr<const DatasetFigures> figures);
    void showFailure(const Failure& failure);
    void showEmpty();
    void showPlaces(const GroupList& list, int row);
    void showPhrase(int row);
    void showPlacesOf(const workflow::EffectGroup& group, const QString& title, const QString& tab);
    void renewWords();
    void showAllPhrases();
    [[nodiscard]] EffectGroupsModel::Groups
    withWord(const EffectGroupsModel::Groups& phrases) const;
    void renewWordBar(std::size_t found);
    [[nodiscard]] QWidget* createWordBar();
    void openText(int row);
    void chooseExport();
    [[nodiscard]] std::optional<DatasetChoice> choice() const;

    ProjectSession& m_session;
    QComboBox* m_split;
    QComboBox* m_part;
    ModelBox* m_model;
    QPushButton* m_start;
    QPushButton* m_export;
    QLabel* m_state;
    QWidget* m_wordBar;
    QLabel* m_wordText;
    ProgressLine* m_progress;
    QStackedWidget* m_pages;
    EmptyState* m_empty;
    QTabWidget* m_tabs;
    QList<GroupList> m_lists;
    QTabWidget* m_behind; ///< the chosen row: its texts; of a user their phrases, too
    QTableView* m_texts;
    EffectPlacesModel* m_places;
    QTableView* m_userPhrases;
    EffectGroupsModel* m_userPhrasesModel;
    QString m_word; // phrases are listed that have it; empty: all
    double m_threshold = 0.05;
    bool m_due = true; // to be read once the pane is shown
    bool m_isPaused = false;
    bool m_isPausing = false;
    Job* m_reading = nullptr;   // of what is kept; an older answer is dropped
    Job* m_measuring = nullptr; // the batch that is going on
    std::shared_ptr<const DatasetFigures> m_figures;
};

} // namespace nextquill::ui
