// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/histories/table/ColumnHistogram.h"

#include <QHeaderView>
#include <QStringList>

#include <optional>
#include <vector>

class QLabel;

namespace nextquill::ui {

class FilterField;

/// The header of a table of histories: per column its title with the mark of the order, its
/// distribution, the field of its filter and, below that, what is wrong with it.
///
/// A click on a title asks for its order, a drag over bars for a filter on what they stand for.
class TableHeader : public QHeaderView
{
    Q_OBJECT

public:
    explicit TableHeader(QWidget* parent);

    /// Makes a field for each column of the model, named `names`.filter for tests and style.
    void createFields(const QStringList& names);
    [[nodiscard]] FilterField& field(int column) { return *m_columns.at(index(column)).field; }
    [[nodiscard]] int columns() const { return static_cast<int>(m_columns.size()); }

    void setHistogram(int column, ColumnHistogram histogram);
    void clearHistograms();
    [[nodiscard]] const ColumnHistogram& histogram(int column) const
    {
        return m_columns.at(index(column)).histogram;
    }
    /// Where its bars are painted, in the header's viewport; empty while it is hidden.
    [[nodiscard]] QRect barsRect(int column) const;

    [[nodiscard]] QSize sizeHint() const override;

public Q_SLOTS:
    void placeFields();

Q_SIGNALS:
    void orderWanted(int column);
    /// Bars from `first` to `last`, both included.
    void barsChosen(int column, int first, int last);

protected:
    void paintSection(QPainter* painter, const QRect& rect, int column) const override;
    [[nodiscard]] QSize sectionSizeFromContents(int column) const override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Column
    {
        FilterField* field = nullptr;
        QLabel* error = nullptr;
        ColumnHistogram histogram;
    };
    struct Drag
    {
        int column = 0;
        int first = 0;
        int last = 0;
    };

    static std::size_t index(int column) { return static_cast<std::size_t>(column); }
    [[nodiscard]] int titleHeight() const;
    [[nodiscard]] int fieldHeight() const;
    [[nodiscard]] int errorHeight() const;
    [[nodiscard]] int barAt(int column, int x) const; ///< the nearest one
    [[nodiscard]] QString tipAt(const QPoint& position) const;
    void placeErrors();
    void renewTabOrder();
    void paintTitle(QPainter& painter, const QRect& rect, int column) const;
    void paintBars(QPainter& painter, int column) const;

    std::vector<Column> m_columns;
    std::optional<Drag> m_drag;
    int m_shownErrorHeight = 0;
};

} // namespace nextquill::ui
