// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include "ui/inspect/HistoryInquiry.h"

#include <QList>
#include <QWidget>

#include <memory>

class QPushButton;
class QTableView;

namespace nextquill::ui {

class ColorScale;
class CostLine;
class HistoryEffectsModel;
class PaneJob;
class PastTextView;
class ProgressLine;
class ProjectSession;

/// The past texts of an inspection with their effects, and the one that is chosen in full; which
/// sentence of it did that is measured on demand. Says before what each of that costs.
class PastTextsPane : public QWidget
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit PastTextsPane(ProjectSession& session, QWidget* parent = nullptr);

    /// `model` as ModelBox names it; empty: nothing more can be asked, the history is not the
    /// project's. The same reading, measured further, keeps what is chosen and what is asked.
    void setInspection(InspectionPtr inspection, const QString& model);
    /// While they are measured: NaN where not known yet. For the inspection that is shown.
    void showGrowing(const std::shared_ptr<const causal::Attribution>& effects);
    /// Effects are those on this token; -1: sums over the text.
    void setToken(qsizetype token);
    /// Of effects on one token.
    void setColorScale(std::shared_ptr<const ColorScale> scale);
    /// -1: none. Announced where it is another one.
    void chooseReview(int review);
    [[nodiscard]] int chosenReview() const;

public Q_SLOTS:
    /// Of the chosen past text; where none is chosen, of the strongest that is not measured yet.
    void measureSentences();
    /// Of the three strongest, the strongest first; each is shown as it is ready, unless another
    /// one was chosen meanwhile.
    void measureStrongest();

Q_SIGNALS:
    void reviewChosen(int review); ///< -1: none any more
    void attributionWanted();      ///< each past text is to be left out once
    /// They belong to `of`; it is shown further with setInspection().
    void sentencesMeasured(std::shared_ptr<const nextquill::workflow::Inspection> of,
                           const nextquill::workflow::SentenceEffects& effects);
    /// The menu of a past text is wanted, by the right button or by a key.
    void menuRequested(int review, const QPoint& globalPoint);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createButtons();
    void createTable();
    void requestMenu();
    void layOut();
    void renew();
    void askCosts();
    void askCostOfSentences();
    void begin(const QList<int>& reviews);
    void measureNext();
    [[nodiscard]] HistoryInquiry inquiry() const;
    [[nodiscard]] bool isMeasured(int review) const; ///< by sentence, or has none
    [[nodiscard]] int reviewToMeasure() const;       ///< -1: none
    [[nodiscard]] QList<int> strongestToMeasure() const;

    ProjectSession& m_session;
    InspectionPtr m_inspection;
    QString m_model;
    HistoryEffectsModel* m_effects;
    QTableView* m_table;
    PastTextView* m_text;
    QPushButton* m_attribute;
    CostLine* m_attributionCost;
    QPushButton* m_bySentence;
    QPushButton* m_strongest;
    CostLine* m_sentencesCost;
    ProgressLine* m_progress;
    PaneJob* m_job;
    QList<int> m_waiting;  ///< reviews to be measured by sentence
    int m_shownByAct = -1; ///< the review that measuring chose last
    QList<int> m_counted;  ///< reviews whose cost was asked for
    QString m_problem;     ///< of the last measurement, until it was shown
    bool m_isAttributionCounted = false;
    bool m_isFilling = false;
};

} // namespace nextquill::ui
