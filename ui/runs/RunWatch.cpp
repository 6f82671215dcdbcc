// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunWatch.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/runs/RunPane.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QShortcut>
#include <QVBoxLayout>

#include <system_error>

namespace nextquill::ui {

RunWatch::RunWatch(ProjectSession& session, const std::filesystem::path& folder, QWidget* parent)
    : QDialog{parent}
{
    const std::filesystem::path run = folder.has_filename() ? folder : folder.parent_path();
    setWindowTitle(tr("Watching %1").arg(shownPath(run.filename())));
    setObjectName(QStringLiteral("runWatch"));
    resize(900, 640);
    auto* pane = new RunPane{session, this};
    pane->setHeading(shownPath(run.filename()));
    pane->follow(run, tr("No events yet."));
    auto* place = new QLabel{tr("%1 · only read").arg(shownPath(run)), this};
    place->setTextFormat(Qt::PlainText);
    place->setTextInteractionFlags(Qt::TextSelectableByMouse);
    place->setProperty("role", QStringLiteral("muted"));
    place->setContentsMargins(12, 0, 12, 0);
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Close, this};
    buttons->setContentsMargins(12, 0, 12, 12);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(new QShortcut{QKeySequence::Close, this}, &QShortcut::activated, this,
            &QDialog::reject);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(pane, 1);
    layout->addWidget(place);
    layout->addWidget(buttons);
}

bool RunWatch::holdsARun(const std::filesystem::path& folder)
{
    std::error_code unreadable;
    return std::filesystem::exists(folder / "run.toml", unreadable) ||
           std::filesystem::exists(folder / "events.jsonl", unreadable);
}

} // namespace nextquill::ui
