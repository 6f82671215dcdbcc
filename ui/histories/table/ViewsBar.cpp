// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/table/ViewsBar.h"

#include "ui/widgets/ThemedIcon.h"

#include <QHBoxLayout>
#include <QInputDialog>
#include <QMenu>
#include <QToolButton>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr qsizetype buttonsAtMost = 5; // the others are in a menu
constexpr int nameWidth = 150;

} // namespace

ViewsBar::ViewsBar(QWidget* parent)
    : QWidget{parent}
    , m_row{new QHBoxLayout{this}}
    , m_save{new QToolButton{this}}
    , m_more{new QToolButton{this}}
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(4);
    m_save->setObjectName(QStringLiteral("saveView"));
    m_save->setIcon(themedIcon(QStringLiteral("pin")));
    m_save->setAccessibleName(tr("Save view…"));
    m_save->setToolTip(
        tr("Save view: keeps filters, search, order and columns under a name, in the project"));
    connect(m_save, &QToolButton::clicked, this, &ViewsBar::askForName);
    m_more->setText(tr("More"));
    m_more->setPopupMode(QToolButton::InstantPopup);
    m_more->setAccessibleName(tr("More saved views"));
    m_row->addWidget(m_save);
    m_row->addWidget(m_more);
    m_more->hide();
}

void ViewsBar::setViews(const QStringList& names)
{
    if (names != m_names) {
        m_names = names;
        createButtons();
    }
}

void ViewsBar::setCurrent(const QString& name)
{
    m_current = name;
    for (qsizetype at = 0; at < m_buttons.size(); ++at) {
        m_buttons[at]->setChecked(m_names[at] == name);
    }
}

void ViewsBar::setReadOnly(bool readOnly)
{
    m_readOnly = readOnly;
    m_save->setEnabled(!readOnly);
}

QToolButton* ViewsBar::createButton(const QString& name)
{
    auto* button = new QToolButton{this};
    button->setObjectName(QStringLiteral("view.") + name);
    // A name is text of a person: an ampersand in it is no mnemonic.
    QString text = button->fontMetrics().elidedText(name, Qt::ElideRight, nameWidth);
    button->setText(text.replace(QLatin1Char('&'), QStringLiteral("&&")));
    button->setToolTip(name);
    button->setAccessibleName(tr("Saved view %1").arg(name));
    button->setCheckable(true);
    button->setChecked(name == m_current);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(button, &QToolButton::clicked, this, [this, name] { Q_EMIT viewWanted(name); });
    connect(button, &QWidget::customContextMenuRequested, this,
            [this, name, button](const QPoint& position) {
                showMenu(name, button->mapToGlobal(position));
            });
    return button;
}

void ViewsBar::createButtons()
{
    qDeleteAll(m_buttons);
    m_buttons.clear();
    const qsizetype shown = std::min(buttonsAtMost, m_names.size());
    for (qsizetype at = 0; at < shown; ++at) {
        QToolButton* button = createButton(m_names[at]);
        m_row->insertWidget(static_cast<int>(at), button);
        m_buttons.append(button);
    }
    auto* menu = new QMenu{m_more};
    for (qsizetype at = shown; at < m_names.size(); ++at) {
        const QString name = m_names[at];
        QString text = name;
        QMenu* own = menu->addMenu(text.replace(QLatin1Char('&'), QStringLiteral("&&")));
        own->addAction(tr("Show"), this, [this, name] { Q_EMIT viewWanted(name); });
        own->addAction(tr("Rename…"), this, [this, name] { askToRename(name); })
            ->setEnabled(!m_readOnly);
        own->addAction(tr("Remove"), this, [this, name] { Q_EMIT removeWanted(name); })
            ->setEnabled(!m_readOnly);
    }
    delete m_more->menu();
    m_more->setMenu(menu);
    m_more->setVisible(m_names.size() > shown);
}

void ViewsBar::showMenu(const QString& name, const QPoint& position)
{
    auto* menu = new QMenu{this};
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Replace by what is shown"), this,
                    [this, name] { Q_EMIT replaceWanted(name); });
    menu->addAction(tr("Rename…"), this, [this, name] { askToRename(name); });
    menu->addAction(themedIcon(QStringLiteral("remove")), tr("Remove"), this,
                    [this, name] { Q_EMIT removeWanted(name); });
    menu->setEnabled(!m_readOnly);
    menu->popup(position);
}

void ViewsBar::askForName()
{
    ask(tr("Save view"), {}, [this](const QString& name) { Q_EMIT saveWanted(name); });
}

void ViewsBar::askToRename(const QString& name)
{
    ask(tr("Rename view"), name, [this, name](const QString& other) {
        if (other != name) {
            Q_EMIT renameWanted(name, other);
        }
    });
}

void ViewsBar::ask(const QString& title, const QString& suggestion,
                   const std::function<void(const QString&)>& then)
{
    auto* dialog = new QInputDialog{this};
    dialog->setObjectName(QStringLiteral("viewName"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(tr("Name"));
    dialog->setTextValue(suggestion);
    dialog->setOkButtonText(tr("Save"));
    connect(dialog, &QInputDialog::textValueSelected, this, [then](const QString& text) {
        if (const QString name = text.trimmed(); !name.isEmpty()) {
            then(name);
        }
    });
    dialog->open();
}

} // namespace nextquill::ui
