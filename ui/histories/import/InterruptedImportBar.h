// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/ImportJournal.h"

#include <QFrame>

#include <optional>

class QLabel;
class QPushButton;

namespace nextquill::ui {

class ImportDesk;
class ProjectSession;

/// Says that an import was interrupted, and asks what is to become of it: it can go on where it
/// was, be taken back, or stay as it is. Hidden where there is none. Part of the layout, never over
/// it; it stays until a choice is made.
///
/// Keyboard  Tab reaches its three buttons
class InterruptedImportBar : public QFrame
{
    Q_OBJECT

public:
    InterruptedImportBar(ProjectSession& session, ImportDesk& desk, QWidget* parent = nullptr);

    /// Asks the same about an import that a person stopped a moment ago.
    void offer(const store::ImportEntry& import);

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void renew();
    void showImport(const store::ImportEntry& import);
    void close();
    void renewIcon();

    ProjectSession& m_session;
    ImportDesk& m_desk;
    std::optional<store::ImportEntry> m_import;
    QLabel* m_icon;
    QLabel* m_text;
    QPushButton* m_resume;
    QPushButton* m_rollBack;
    QPushButton* m_keep;
};

} // namespace nextquill::ui
