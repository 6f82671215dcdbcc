// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/WelcomeView.h"

#include "ui/widgets/ThemedIcon.h"

#include <QEvent>
#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

QLabel* labelOf(const QString& text, const QString& role, QWidget* parent)
{
    auto* label = new QLabel{text, parent};
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setProperty("role", role);
    return label;
}

} // namespace

WelcomeView::WelcomeView(QWidget* parent)
    : QWidget{parent}
    , m_icon{new QLabel{this}}
    , m_recent{new QWidget{this}}
    , m_recentList{new QVBoxLayout{m_recent}}
{
    auto* columns = new QHBoxLayout;
    columns->setSpacing(48);
    columns->addWidget(createStart(), 3);
    columns->addWidget(m_recent, 2);
    auto* centre = new QWidget{this};
    centre->setMaximumWidth(900);
    centre->setLayout(columns);
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(centre, 20);
    row->addStretch(1);
    auto* layout = new QVBoxLayout{this};
    layout->addStretch(2);
    layout->addLayout(row);
    layout->addStretch(3);
    m_recentList->setAlignment(Qt::AlignTop);
    setRecent({});
}

QWidget* WelcomeView::createStart()
{
    auto* start = new QWidget{this};
    auto* layout = new QVBoxLayout{start};
    layout->setSpacing(12);
    renewIcon();
    layout->addWidget(m_icon);
    layout->addWidget(labelOf(tr("NextQuill Workbench"), QStringLiteral("title"), start));
    layout->addWidget(
        labelOf(tr("Which words come from this person? See what a user's past texts do "
                   "to every word that a language model writes for him, and train it "
                   "to write like him."),
                QStringLiteral("muted"), start));
    layout->addSpacing(12);
    const auto button = [&](const QString& text, const QString& iconName, const QString& name,
                            auto signal) {
        auto* made = new QPushButton{themedIcon(iconName), text, start};
        made->setObjectName(name);
        made->setMinimumHeight(40);
        connect(made, &QPushButton::clicked, this, signal);
        layout->addWidget(made);
        return made;
    };
    auto* demo = button(tr("Open the &demo"), QStringLiteral("play"), QStringLiteral("openDemo"),
                        &WelcomeView::demoRequested);
    demo->setProperty("role", QStringLiteral("primary"));
    demo->setIcon(accentIcon(QStringLiteral("play")));
    demo->setToolTip(tr("78 invented people, a small model, ready to inspect"));
    button(tr("&New project…"), QStringLiteral("add"), QStringLiteral("newProject"),
           &WelcomeView::newRequested);
    button(tr("&Open…"), QStringLiteral("folder"), QStringLiteral("openProject"),
           &WelcomeView::openRequested);
    layout->addWidget(
        labelOf(tr("Nothing leaves this machine; only fetching a model asks the network."),
                QStringLiteral("muted"), start));
    return start;
}

void WelcomeView::renewIcon()
{
    constexpr int side = 56;
    m_icon->setPixmap(themedIcon(QStringLiteral("quill")).pixmap(side, side));
}

void WelcomeView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        renewIcon(); // a picture does not follow the theme by itself
    }
}

void WelcomeView::setRecent(const QStringList& files)
{
    while (QLayoutItem* const item = m_recentList->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    m_recentList->addWidget(labelOf(tr("Recent"), QStringLiteral("heading"), m_recent));
    if (files.isEmpty()) {
        m_recentList->addWidget(labelOf(tr("Projects that you open will stand here."),
                                        QStringLiteral("muted"), m_recent));
    }
    for (const QString& file : files) {
        auto* entry = new QPushButton{QFileInfo{file}.completeBaseName(), m_recent};
        entry->setProperty("role", QStringLiteral("link"));
        entry->setToolTip(file);
        connect(entry, &QPushButton::clicked, this, [this, file] { Q_EMIT fileRequested(file); });
        m_recentList->addWidget(entry, 0, Qt::AlignLeft);
    }
}

} // namespace nextquill::ui
