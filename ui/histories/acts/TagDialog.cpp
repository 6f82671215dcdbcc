// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/TagDialog.h"

#include "ui/histories/acts/TagList.h"
#include "ui/project/ShownText.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr qsizetype longestTag = 64; // characters
constexpr int mostKeys = 9;
constexpr int nameRole = Qt::UserRole;

} // namespace

TagDialog::TagDialog(const TagList& tags, const QString& title, QWidget* parent)
    : QDialog{parent}
    , m_tags{tags}
    , m_name{new QLineEdit{this}}
    , m_list{new QListWidget{this}}
    , m_key{new QComboBox{this}}
    , m_problem{new QLabel{this}}
    , m_take{new QPushButton{tr("&Tag"), this}}
{
    setWindowTitle(title);
    setObjectName(QStringLiteral("tagDialog"));
    createLayout();
    fillList();
    showState();
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        fillList();
        showState();
    });
    connect(m_list, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        m_name->setText(item->data(nameRole).toString());
        accept();
    });
    connect(m_list, &QListWidget::itemClicked, this, [this](const QListWidgetItem* item) {
        m_name->setText(item->data(nameRole).toString());
    });
    connect(m_key, &QComboBox::activated, this, [this] { m_keyChosen = true; });
    connect(&m_tags, &TagList::changed, this, &TagDialog::fillList);
}

void TagDialog::createLayout()
{
    m_name->setObjectName(QStringLiteral("tagName"));
    m_name->setPlaceholderText(tr("Name of a tag, new or old"));
    m_name->setClearButtonEnabled(true);
    m_name->installEventFilter(this);
    m_list->setObjectName(QStringLiteral("tagNames"));
    m_list->setAccessibleName(tr("Tags of the project"));
    m_key->setObjectName(QStringLiteral("tagKey"));
    m_key->addItem(tr("None"), 0);
    for (int key = 1; key <= mostKeys; ++key) {
        m_key->addItem(QString::number(key), key);
    }
    m_problem->setProperty("role", QStringLiteral("error"));
    m_problem->setWordWrap(true);
    m_take->setObjectName(QStringLiteral("takeTag"));
    m_take->setDefault(true);
    m_take->setProperty("role", QStringLiteral("primary"));
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Cancel, this};
    buttons->addButton(m_take, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* form = new QFormLayout;
    form->addRow(tr("&Key while reading"), m_key);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_name);
    layout->addWidget(m_problem);
    layout->addWidget(m_list, 1);
    layout->addLayout(form);
    layout->addWidget(buttons);
    resize(380, 380);
}

QString TagDialog::tag() const
{
    return m_name->text().trimmed();
}

int TagDialog::keyOf(const QString& name) const
{
    const auto& tags = m_tags.tags();
    const auto found = std::ranges::find(tags, stored(name), &store::Tag::name);
    return found != tags.end() ? found->key : 0;
}

std::optional<int> TagDialog::newKey() const
{
    const int key = m_key->currentData().toInt();
    return m_keyChosen && key != keyOf(tag()) ? std::optional{key} : std::nullopt;
}

void TagDialog::offerKey(int key)
{
    m_keyChosen = true;
    m_key->setCurrentIndex(std::max(0, m_key->findData(key)));
}

QString TagDialog::problem() const
{
    const QString name = tag();
    if (name.contains(u',')) {
        return tr("A tag has no comma: commas stand between tags.");
    }
    if (name.toUcs4().size() > longestTag) {
        return tr("A tag has at most %Ln character(s).", nullptr, static_cast<int>(longestTag));
    }
    return {};
}

void TagDialog::fillList()
{
    m_list->clear();
    const QString part = tag();
    const QLocale locale;
    for (const store::Tag& known : m_tags.tags()) {
        const QString name = shown(known.name);
        if (!name.contains(part, Qt::CaseInsensitive)) {
            continue;
        }
        const QString key =
            known.key > 0 ? QStringLiteral("%1  ").arg(known.key) : QStringLiteral("    ");
        auto* item = new QListWidgetItem{
            QString(key % name % QStringLiteral("   ") %
                    tr("%Ln review(s)", nullptr, static_cast<int>(known.reviews))),
            m_list};
        item->setData(nameRole, name);
    }
}

void TagDialog::showState()
{
    const QString wrong = problem();
    m_name->setProperty("invalid", !wrong.isEmpty());
    m_name->style()->unpolish(m_name);
    m_name->style()->polish(m_name);
    m_problem->setText(wrong);
    m_problem->setVisible(!wrong.isEmpty());
    m_take->setEnabled(wrong.isEmpty() && !tag().isEmpty());
    if (!m_keyChosen) {
        m_key->setCurrentIndex(std::max(0, m_key->findData(keyOf(tag()))));
    }
}

/// The arrows go to the list while the name is being typed.
bool TagDialog::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_name && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->key() == Qt::Key_Down || key->key() == Qt::Key_Up) && m_list->count() > 0) {
            m_list->setFocus();
            m_list->setCurrentRow(key->key() == Qt::Key_Down ? 0 : m_list->count() - 1);
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace nextquill::ui
