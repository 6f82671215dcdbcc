// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/import/InterruptedImportBar.h"

#include "core/store/Project.h"

#include "ui/histories/import/ImportDesk.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/ThemedIcon.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <utility>

namespace nextquill::ui {

InterruptedImportBar::InterruptedImportBar(ProjectSession& session, ImportDesk& desk,
                                           QWidget* parent)
    : QFrame{parent}
    , m_session{session}
    , m_desk{desk}
    , m_icon{new QLabel{this}}
    , m_text{new QLabel{this}}
    , m_resume{new QPushButton{tr("&Resume"), this}}
    , m_rollBack{new QPushButton{tr("Roll &back"), this}}
    , m_keep{new QPushButton{tr("&Keep as it is"), this}}
{
    setObjectName(QStringLiteral("interruptedImport"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_resume->setObjectName(QStringLiteral("resumeImport"));
    m_resume->setToolTip(tr("Go on with the first line that is not in the project"));
    m_rollBack->setObjectName(QStringLiteral("rollBackImport"));
    m_rollBack->setToolTip(tr("Take out all that this import brought"));
    m_keep->setObjectName(QStringLiteral("keepImport"));
    m_keep->setToolTip(tr("End the import with what is there"));
    auto* line = new QHBoxLayout{this};
    line->setContentsMargins(16, 8, 10, 8);
    line->setSpacing(10);
    line->addWidget(m_icon);
    line->addWidget(m_text, 1);
    for (QPushButton* button : {m_resume, m_rollBack, m_keep}) {
        line->addWidget(button);
    }
    const auto choose = [this](QPushButton* button,
                               void (ImportDesk::*act)(const store::ImportEntry&)) {
        connect(button, &QPushButton::clicked, this, [this, act] {
            const auto import = std::exchange(m_import, std::nullopt);
            close();
            if (import) {
                (m_desk.*act)(*import);
            }
        });
    };
    choose(m_resume, &ImportDesk::resume);
    choose(m_rollBack, &ImportDesk::rollBack);
    choose(m_keep, &ImportDesk::keep);
    connect(&m_session, &ProjectSession::projectChanged, this, &InterruptedImportBar::renew);
    connect(&m_session, &ProjectSession::dataChanged, this, &InterruptedImportBar::renew);
    connect(&m_desk, &ImportDesk::stopped, this, &InterruptedImportBar::offer);
    hide();
}

void InterruptedImportBar::renew()
{
    const std::filesystem::path file = m_session.file();
    if (!m_session.isOpen() || m_session.isReadOnly()) {
        close();
        return;
    }
    auto* job = m_session.read(tr("Looking for interrupted imports"), this,
                               [](store::Project& project, StopToken, Progress&) {
                                   return store::interruptedImports(project);
                               });
    connect(job, &Job::done, this, [this, job, file] {
        const auto found = job->takeValue();
        if (file != m_session.file()) {
            return; // another project since
        }
        const bool isOffered = m_import && m_import->state == store::ImportState::Stopped;
        if (!found.empty()) {
            showImport(found.front());
        } else if (!isOffered) {
            close();
        }
    });
}

void InterruptedImportBar::offer(const store::ImportEntry& import)
{
    showImport(import);
}

void InterruptedImportBar::showImport(const store::ImportEntry& import)
{
    m_import = import;
    const bool isStopped = import.state == store::ImportState::Stopped;
    const QString what =
        (isStopped ? tr("The import of %1 was stopped.") : tr("The import of %1 was interrupted."))
            .arg(shownFiles(import.files));
    const QString there = tr("It left %Ln whole review(s) in the project.", nullptr,
                             static_cast<int>(import.figures.kept));
    m_text->setText(
        import.whyNoResume.empty()
            ? tr("%1 %2").arg(what, there)
            : tr("%1 %2 It cannot go on: %3.").arg(what, there, shown(import.whyNoResume)));
    m_resume->setVisible(import.whyNoResume.empty());
    setAccessibleName(m_text->text());
    renewIcon();
    show();
    QAccessibleEvent shownEvent{this, QAccessible::Alert};
    QAccessible::updateAccessibility(&shownEvent);
}

void InterruptedImportBar::close()
{
    m_import.reset();
    hide();
}

void InterruptedImportBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        renewIcon();
    }
}

void InterruptedImportBar::renewIcon()
{
    const int size = fontMetrics().height() + 2;
    m_icon->setPixmap(tintedIcon(QStringLiteral("warning"), themeColors(palette()).warning)
                          .pixmap(QSize{size, size}, devicePixelRatioF()));
    update();
}

/// As the message bar's: a soft ground in the color of warnings, a bar at the leading edge.
void InterruptedImportBar::paintEvent(QPaintEvent* /*event*/)
{
    const ThemeColors& colors = themeColors(palette());
    QColor ground = colors.warning;
    ground.setAlpha(28);
    QPainter painter{this};
    painter.fillRect(rect(), colors.surface);
    painter.fillRect(rect(), ground);
    painter.fillRect(QRect{isRightToLeft() ? width() - 4 : 0, 0, 4, height()}, colors.warning);
    painter.fillRect(QRect{0, height() - 1, width(), 1}, colors.line);
}

} // namespace nextquill::ui
