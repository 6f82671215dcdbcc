// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Project.h"
#include "core/store/table/TableColumns.h"

#include "ui/histories/table/FilterField.h"
#include "ui/histories/table/HistoryTable.h"
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/histories/table/TableHeader.h"
#include "ui/histories/table/TableSelection.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/EnglishPlurals.h"

#include "tests/support/TemporaryFolder.h"

#include <QLabel>
#include <QTest>

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>

namespace nextquill::ui {

/// A table on a project with the built-in sample (849 reviews of 78 users), settings in a folder of
/// its own.
class TableTest : public ::testing::Test
{
protected:
    void SetUp() override;
    void TearDown() override;

    /// Makes the table anew, as after a restart of the program.
    void showTable(store::TableKind kind);
    [[nodiscard]] HistoryTable& table() { return *m_table; }
    [[nodiscard]] TableGrid& grid() { return m_table->grid(); }
    [[nodiscard]] HistoryTableModel& model() { return m_table->model(); }
    [[nodiscard]] int column(const char* name) { return model().columnNumber(name); }
    [[nodiscard]] FilterField& field(const char* name)
    {
        return grid().header().field(column(name));
    }
    /// What the cell shows.
    [[nodiscard]] QString cell(int row, const char* name)
    {
        return model().index(row, column(name)).data().toString();
    }
    [[nodiscard]] QString label(const QString& name)
    {
        auto* label = m_table->findChild<QLabel*>(name);
        if (label == nullptr) {
            throw std::runtime_error{"there is no label " + name.toStdString()};
        }
        return label->text();
    }
    /// Types into the field of a column and presses Enter; returns once the answer is there.
    void filter(const char* name, const char* typed);
    /// Nothing is being asked or counted any more, and all that is seen has been read.
    void settle();

    static bool waitFor(const std::function<bool()>& condition)
    {
        return QTest::qWaitFor(condition, 60'000);
    }

    testing::TemporaryFolder m_folder;
    std::filesystem::path m_project;
    EnglishPlurals m_plurals;
    ProjectSession m_session;
    std::unique_ptr<HistoryTable> m_table;
};

} // namespace nextquill::ui
