// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QListView>
#include <QString>

#include <string_view>

namespace nextquill::ui {

/// A paragraph with some of its characters marked.
struct MarkedLine
{
    struct Mark
    {
        int begin = 0;
        int length = 0;
    };

    QString text;
    QList<Mark> marks;
    bool isMuted = false;
};

/// The same from the core's UTF-8; `begin` and `end` are bytes.
[[nodiscard]] MarkedLine::Mark markOf(std::string_view text, std::size_t begin, std::size_t end);

/// A review, or a piece of one, with what is to be seen in it.
struct MarkedCard
{
    qint64 review = 0;
    QString headline; ///< on one line, cut where it is too long
    QList<MarkedLine> lines;
};

/// A list of reviews with marked words. Marks are bold and underlined on a ground of their own, so
/// that they are not told by colour alone.
///
/// Keyboard  ↑ ↓ move, Enter and a double click open the review, Ctrl+C copies its text.
class MarkedCardList : public QListView
{
    Q_OBJECT

public:
    explicit MarkedCardList(QWidget* parent = nullptr);

    void setCards(QList<MarkedCard> cards);
    [[nodiscard]] const QList<MarkedCard>& cards() const;

Q_SIGNALS:
    void reviewWanted(qint64 review);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    class Model;
    class Painter;

    Model* m_model;
};

} // namespace nextquill::ui
