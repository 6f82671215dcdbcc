// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

namespace nextquill::ui {

/// Lies over a place while something is dragged over it, and says what dropping does. Covers its
/// parent; takes no events itself.
class DropFrame : public QWidget
{
    Q_OBJECT

public:
    DropFrame(const QString& sentence, QWidget* parent);

    void cover(); ///< shows it over all of the parent

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_sentence;
};

} // namespace nextquill::ui
