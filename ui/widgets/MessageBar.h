// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QString>

#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace nextquill::ui {

/// A notice that is part of the layout, never over it: one sentence, one action, a close button.
///
/// Hidden until show. Text is plain text, it may be selected and is read out when it appears.
/// Keyboard  Esc closes while the focus is in the bar; Tab reaches action and close button.
class MessageBar : public QFrame
{
    Q_OBJECT

public:
    enum class Kind { Information, Success, Warning, Error };

    struct Message
    {
        Kind kind = Kind::Information;
        QString text;                 ///< what happened, why, what to do
        QString actionText;           ///< "Undo"; empty: no button
        std::function<void()> action; ///< called after the bar was closed
        QString details;              ///< shown below on request; may be long
    };

    explicit MessageBar(QWidget* parent = nullptr);

    /// Replaces what is shown.
    void showMessage(Message message);
    [[nodiscard]] QString text() const { return m_message.text; }
    [[nodiscard]] Kind kind() const { return m_message.kind; }

public Q_SLOTS:
    void closeMessage();

Q_SIGNALS:
    void actionTriggered();
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void renewLook();

    Message m_message;
    QLabel* m_icon;
    QLabel* m_text;
    QLabel* m_details;
    QPushButton* m_action;
    QToolButton* m_more;
    QToolButton* m_close;
};

} // namespace nextquill::ui
