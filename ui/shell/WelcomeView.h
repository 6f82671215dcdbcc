// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace nextquill::ui {

/// What the window shows without a project: the demo, a new or an existing project, recent ones.
class WelcomeView : public QWidget
{
    Q_OBJECT

public:
    explicit WelcomeView(QWidget* parent = nullptr);

    void setRecent(const QStringList& files);

Q_SIGNALS:
    void demoRequested();
    void newRequested();
    void openRequested();
    void fileRequested(const QString& file);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* createStart();
    void renewIcon();

    QLabel* m_icon;
    QWidget* m_recent;
    QVBoxLayout* m_recentList;
};

} // namespace nextquill::ui
