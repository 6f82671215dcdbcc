// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/ModelEntry.h"
#include "ui/project/ProjectSession.h"

#include <QPointer>
#include <QWidget>

#include <optional>

class QGridLayout;
class QLabel;
class QPushButton;

namespace nextquill::ui {

class ProgressLine;

/// All that is known of one model, what its last self-check found, and what can be done with it.
class ModelCard : public QWidget
{
    Q_OBJECT

public:
    explicit ModelCard(QWidget* parent = nullptr);

    void clear();
    void setEntry(const ModelEntry& entry);
    /// Without one nothing can be inspected, compared or trained.
    void setProjectOpen(bool open);
    /// The model that is being verified, by its name; empty: none.
    void setVerifying(const std::string& name);
    [[nodiscard]] ProgressLine& progress() { return *m_progress; }

Q_SIGNALS:
    void useRequested(nextquill::ui::ModelUse use);
    void verifyRequested();
    void copyRequested();
    void removeRequested();
    void fetchRequested();

private:
    QWidget* createFacts();
    QWidget* createButtons();
    void showFacts();
    void showChecks();
    void addRow(const QString& name, const QString& value, const QString& note = {});
    void renewButtons();

    std::optional<ModelEntry> m_entry;
    std::string m_verifying;
    bool m_projectOpen = false;
    QPointer<QWidget> m_focusWent; ///< from Verify, when a self-check began
    QLabel* m_name;
    QLabel* m_source;
    QLabel* m_state;
    QLabel* m_problems;
    QWidget* m_facts;
    QGridLayout* m_grid;
    ProgressLine* m_progress;
    QPushButton* m_inspect;
    QPushButton* m_compare;
    QPushButton* m_train;
    QPushButton* m_fetch;
    QPushButton* m_verify;
    QPushButton* m_copy;
    QPushButton* m_remove;
};

} // namespace nextquill::ui
