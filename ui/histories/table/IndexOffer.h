// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>

#include <string>
#include <vector>

class QLabel;
class QPushButton;

namespace nextquill::ui {

class HistoryTableModel;
class ProjectSession;

/// Says that a question is slow because an index is not there, and builds it.
class IndexOffer : public QFrame
{
    Q_OBJECT

public:
    IndexOffer(ProjectSession& session, HistoryTableModel& model, QWidget* parent = nullptr);

private:
    void look();
    void build();

    ProjectSession& m_session;
    HistoryTableModel& m_model;
    QLabel* m_text;
    QPushButton* m_build;
    std::vector<std::string> m_missing;
    bool m_building = false;
    quint64 m_look = 0;
};

} // namespace nextquill::ui
