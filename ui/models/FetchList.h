// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <map>

class QVBoxLayout;

namespace nextquill::ui {

class FetchRow;
class ModelFetches;

/// All fetches, one row each; takes no room where there is none.
class FetchList : public QWidget
{
    Q_OBJECT

public:
    explicit FetchList(ModelFetches& fetches, QWidget* parent = nullptr);

private:
    void addRow(int id);
    void removeRow(int id);
    void align();

    ModelFetches& m_fetches;
    QVBoxLayout* m_rows;
    std::map<int, FetchRow*> m_rowOf;
};

} // namespace nextquill::ui
