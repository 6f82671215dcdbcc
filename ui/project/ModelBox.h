// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace nextquill::ui {

class ProjectSession;

/// Chooses a model: the demo model, those of the project, of the user and of the hub's cache,
/// finished runs, or one from the disk.
class ModelBox : public QComboBox
{
    Q_OBJECT

public:
    explicit ModelBox(ProjectSession& session, QWidget* parent = nullptr);

    /// What the core takes as MODEL; empty where there is none.
    [[nodiscard]] QString model() const;
    void setModel(const QString& model);
    /// Takes the newest finished run when the list is first filled.
    void preferRuns() { m_preferRuns = true; }
    /// What is chosen in it is chosen again when the project is next opened, where it is still in
    /// the list: a file that came with the project names no other. `place` names the box in the
    /// project's memory: "inspect/model".
    void keepAs(const QString& place) { m_place = place; }
    /// Not shown for what needs a base: nor are adapters then.
    void setRunsShown(bool shown) { m_runsShown = shown; }

Q_SIGNALS:
    void modelChosen(const QString& model);

private:
    void reload();
    void browse();
    void keep();
    [[nodiscard]] QString kept() const;

    ProjectSession& m_session;
    bool m_preferRuns = false;
    bool m_runsShown = true;
    bool m_touched = false; // the user chose: do not choose for him
    QString m_place;        // empty: nothing is kept
    QString m_last;         // chosen before "From the disk…"
};

} // namespace nextquill::ui
