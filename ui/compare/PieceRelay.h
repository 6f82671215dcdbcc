// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <memory>

namespace nextquill::ui {

/// Carries text from the thread that writes it to the window, which may be gone by then.
///
/// Threads  made on the GUI thread; say() on any. Kept by everybody who uses it (create()).
class PieceRelay : public QObject
{
    Q_OBJECT

public:
    [[nodiscard]] static std::shared_ptr<PieceRelay> create();

    void say(const QString& piece) { Q_EMIT said(piece); }

Q_SIGNALS:
    void said(const QString& piece);

private:
    PieceRelay() = default;
};

} // namespace nextquill::ui
