// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace nextquill::ui {

/// What an empty place shows: why it is empty, one button, one link.
class EmptyState : public QWidget
{
    Q_OBJECT

public:
    explicit EmptyState(QWidget* parent = nullptr);

    void setIcon(const QString& themedIconName); ///< see ThemedIcon.h
    void setTitle(const QString& title);         ///< a few words; hidden while empty
    void setSentence(const QString& sentence);
    void setAction(const QString& text); ///< the button; hidden while empty
    void setLink(const QString& text);   ///< the link below it; hidden while empty

Q_SIGNALS:
    void actionRequested();
    void linkRequested();

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    void renewIcon();
    void fitLabels();

    QString m_iconName;
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_sentence;
    QPushButton* m_action;
    QPushButton* m_link;
};

} // namespace nextquill::ui
