// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <QWidget>

#include <memory>

class QPlainTextEdit;
class QPushButton;
class QTableView;

namespace nextquill::ui {

class HistoryEffectsModel;

/// The past texts of an inspection with their effects, and the one that is chosen in full.
class PastTextsPane : public QWidget
{
    Q_OBJECT

public:
    explicit PastTextsPane(QWidget* parent = nullptr);

    void setInspection(std::shared_ptr<const workflow::Inspection> inspection);
    /// Effects are those on this token; -1: sums over the text.
    void setToken(qsizetype token);
    /// -1: none. Announced where it is another one.
    void chooseReview(int review);
    [[nodiscard]] int chosenReview() const;

Q_SIGNALS:
    void reviewChosen(int review); ///< -1: none any more
    void attributionWanted();      ///< each past text is to be left out once
    /// The menu of a past text is wanted, by the right button or by a key.
    void menuRequested(int review, const QPoint& globalPoint);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createTable();
    void showText(int review);
    void requestMenu();

    std::shared_ptr<const workflow::Inspection> m_inspection;
    HistoryEffectsModel* m_model;
    QTableView* m_table;
    QPlainTextEdit* m_text;
    QPushButton* m_attribute;
};

} // namespace nextquill::ui
