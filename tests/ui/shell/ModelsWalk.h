// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/ModelRegistry.h"

#include "ui/models/ModelsView.h"
#include "ui/project/ProjectSession.h"
#include "ui/widgets/MessageBar.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/shell/WindowTest.h"

#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QTableView>

#include <filesystem>
#include <vector>

namespace nextquill::ui {

/// The Models place of the real window; the user's models are the test's own.
class ModelsWalk : public WindowTest
{
protected:
    void SetUp() override
    {
        WindowTest::SetUp();
        QTest::keyClick(m_window.get(), Qt::Key_5, Qt::ControlModifier);
        ASSERT_TRUE(waitFor([this] { return m_window->models().isVisible(); }));
        m_window->activateWindow();
    }

    /// A copy of a tiny model that a test may damage.
    std::filesystem::path copyOf(const std::filesystem::path& model, const std::string& name) const
    {
        const auto folder = m_folder / name;
        std::filesystem::create_directories(folder);
        for (const auto& file : std::filesystem::directory_iterator{model}) {
            const auto to = folder / file.path().filename();
            std::filesystem::copy_file(file.path(), to);
            std::filesystem::permissions(to, std::filesystem::perms::owner_all);
        }
        return folder;
    }

    QTableView& list() { return find<QTableView>(QStringLiteral("modelList")); }
    MessageBar& messages() { return find<MessageBar>(QStringLiteral("messageBar")); }
    QPushButton& button(const char* name) { return find<QPushButton>(QString::fromLatin1(name)); }
    [[nodiscard]] QString textOf(const char* label)
    {
        return find<QLabel>(QString::fromLatin1(label)).text();
    }
    /// What stands in the list: "tiny: verified".
    QStringList rows()
    {
        QStringList all;
        const auto& model = *list().model();
        for (int row = 0; row < model.rowCount(); ++row) {
            all << model.index(row, 0).data().toString() + QStringLiteral(": ") +
                       model.index(row, 3).data().toString();
        }
        return all;
    }
    [[nodiscard]] bool shows(const QStringList& expected)
    {
        const bool does = waitFor([&] { return rows() == expected; });
        EXPECT_TRUE(does) << rows().join(QStringLiteral("; ")).toStdString();
        return does;
    }
    [[nodiscard]] bool says(const QString& words)
    {
        const bool does =
            waitFor([&] { return messages().isVisible() && messages().text().contains(words); });
        EXPECT_TRUE(does) << messages().text().toStdString();
        return does;
    }
    /// All texts of the card.
    QString card()
    {
        QStringList texts;
        for (const QLabel* label :
             find<QWidget>(QStringLiteral("modelCard")).findChildren<QLabel*>()) {
            if (label->isVisible()) {
                texts << label->text();
            }
        }
        return texts.join(QLatin1Char('\n'));
    }
    void addAndWait(const std::vector<std::filesystem::path>& paths, int count)
    {
        m_window->models().add(paths);
        ASSERT_TRUE(waitFor([&] { return list().model()->rowCount() == count; }));
        ASSERT_TRUE(waitFor([this] { return !rows().join(QString{}).contains(QChar{0x2026}); }))
            << "a model was not looked at";
        focusList();
    }
    void focusList()
    {
        m_window->activateWindow(); // shortcuts are those of the window that is in front
        list().setFocus();
        ASSERT_TRUE(waitFor([this] { return list().hasFocus(); }));
    }
    [[nodiscard]] static std::vector<std::string> registered()
    {
        std::vector<std::string> names;
        for (const workflow::RegisteredModel& model : workflow::ModelRegistry{}.all()) {
            names.push_back(model.name);
        }
        return names;
    }
};

} // namespace nextquill::ui
