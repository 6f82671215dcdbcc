// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace nextquill::ui {

class TableHeader;

/// The cells of a table of histories: rows of one height, a header with filters, spreadsheet keys.
///
/// Keyboard  arrows, Page, Home, End as in any table; Ctrl+A chooses everything that the filter
///           matches, Shift+Space whole rows, Ctrl+Space whole columns; Enter opens the row
class TableGrid : public QTableView
{
    Q_OBJECT

public:
    explicit TableGrid(QWidget* parent = nullptr);

    void setModel(QAbstractItemModel* model) override;
    void selectAll() override;
    void keyboardSearch(const QString& search) override; ///< does nothing: letters are commands

    [[nodiscard]] TableHeader& header() { return *m_header; }
    /// Columns that are shown, from left to right.
    [[nodiscard]] QList<int> shownColumns() const;
    void showColumnWhole(int column); ///< scrolls sideways as far as it must
    /// Ctrl+click turns the choice of whole rows rather than that of single cells.
    void setTogglingRows(bool rows) { m_togglesRows = rows; }

Q_SIGNALS:
    void lookedAt(int first, int last); ///< the rows that are seen now
    void everythingChosen();
    void opened(int row);

protected:
    [[nodiscard]] QItemSelectionModel::SelectionFlags
    selectionCommand(const QModelIndex& index, const QEvent* event) const override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void tellWhatIsSeen();
    void selectWholeRows();
    void selectWholeColumns();
    void fitRowHeight();

    TableHeader* m_header;
    int m_firstSeen = -1; ///< what was told last
    int m_lastSeen = -1;
    bool m_togglesRows = false;
};

} // namespace nextquill::ui
