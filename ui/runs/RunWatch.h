// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <filesystem>

namespace nextquill::ui {

class ProjectSession;

/// A run by its folder alone, wherever it is trained: mounted, copied, growing. It is only read;
/// no project is needed, and any number of them may be open.
///
/// Keyboard  Esc or Ctrl+W closes
class RunWatch : public QDialog
{
    Q_OBJECT

public:
    RunWatch(ProjectSession& session, const std::filesystem::path& folder,
             QWidget* parent = nullptr);

    /// Whether a folder is that of a run.
    [[nodiscard]] static bool holdsARun(const std::filesystem::path& folder);
};

} // namespace nextquill::ui
