// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/Project.h"
#include "core/store/RunLedger.h"

#include "ui/project/ModelBox.h"
#include "ui/runs/NewRunDialog.h"
#include "ui/runs/RunsView.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/shell/WindowTest.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPushButton>

#include <filesystem>
#include <optional>
#include <stdexcept>

namespace nextquill::ui {

/// Runs on a tiny model in the real window.
class RunsWalk : public WindowTest
{
protected:
    /// Fills in the form of a new run and presses one of its buttons.
    void startRun(const std::filesystem::path& model, const QString& steps,
                  const QString& buttonName = QStringLiteral("startRun"), bool ownProcess = false)
    {
        m_window->showPlace(1);
        m_window->runs().newRun();
        auto& dialog = *m_window->runs().findChild<NewRunDialog*>();
        auto& box = *dialog.findChild<ModelBox*>();
        ASSERT_TRUE(waitFor([&box] { return box.count() > 0; }));
        box.setModel(QString::fromStdString(model.string()));
        Q_EMIT box.modelChosen(box.model());
        find<QCheckBox>(QStringLiteral("allSettings"), &dialog).setChecked(true);
        const std::pair<const char*, QString> values[] = {
            {"max-steps", steps},
            {"evaluate-limit", QStringLiteral("2")},
            {"lora-rank", QStringLiteral("2")},
            {"max-prompt-tokens", QStringLiteral("512")},
            {"accumulation", QStringLiteral("1")},
            {"max-target-tokens", QStringLiteral("16")},
            {"checkpoint-every", QStringLiteral("2")}};
        for (const auto& [name, value] : values) {
            auto& line = find<QLineEdit>(QString::fromLatin1(name), &dialog);
            line.selectAll();
            line.clear();
            QTest::keyClicks(&line, value);
        }
        find<QCheckBox>(QStringLiteral("ownProcess"), &dialog).setChecked(ownProcess);
        auto& start = find<QPushButton>(buttonName, &dialog);
        ASSERT_TRUE(start.isEnabled());
        QTest::mouseClick(&start, Qt::LeftButton);
    }

    [[nodiscard]] std::optional<store::RunRow> firstRun() const
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadOnly);
        const auto all = store::RunLedger{*project}.all();
        return all.empty() ? std::nullopt : std::optional{all.front()};
    }
    [[nodiscard]] bool is(store::RunState state) const
    {
        const auto run = firstRun();
        return run && run->state == state;
    }
    QPushButton& button(const QString& text)
    {
        for (QPushButton* candidate : m_window->runs().findChildren<QPushButton*>()) {
            if (QString{candidate->text()}.remove(QLatin1Char('&')) == text) {
                return *candidate;
            }
        }
        throw std::runtime_error{"there is no button " + text.toStdString()};
    }
};

} // namespace nextquill::ui
