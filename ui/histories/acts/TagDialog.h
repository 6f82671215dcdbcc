// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QString>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace nextquill::ui {

class TagList;

/// Chooses a tag, one that there is or a new one, and the key from 1 to 9 that sets it while
/// reading.
///
/// Keyboard  type to narrow the list or to name a new one; arrows go through the list; Enter takes.
class TagDialog : public QDialog
{
    Q_OBJECT

public:
    TagDialog(const TagList& tags, const QString& title, QWidget* parent = nullptr);

    [[nodiscard]] QString tag() const;
    /// The key that the tag is to get; none: it keeps what it has.
    [[nodiscard]] std::optional<int> newKey() const;
    /// Offers this key for the tag that will be chosen.
    void offerKey(int key);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createLayout();
    void fillList();
    void showState();
    [[nodiscard]] int keyOf(const QString& name) const;
    [[nodiscard]] QString problem() const; ///< why the name cannot be one; empty: it can

    const TagList& m_tags;
    QLineEdit* m_name;
    QListWidget* m_list;
    QComboBox* m_key;
    QLabel* m_problem;
    QPushButton* m_take;
    bool m_keyChosen = false; ///< by a person, or offered
};

} // namespace nextquill::ui
