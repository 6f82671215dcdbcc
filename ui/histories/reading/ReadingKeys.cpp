// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the keys of the reading pane do.
#include "ui/histories/acts/ActQueue.h"
#include "ui/histories/acts/ReviewActs.h"
#include "ui/histories/acts/SelectionActs.h"
#include "ui/histories/acts/TagDialog.h"
#include "ui/histories/acts/TagList.h"
#include "ui/histories/reading/ReadingList.h"
#include "ui/histories/reading/ReadingPane.h"
#include "ui/histories/reading/TimelineDelegate.h"
#include "ui/histories/reading/WhereFromDialog.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QSettings>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int tagKeys = 9;
const QString goOnSetting = QStringLiteral("reading/goOn");

bool has(const TimelineEntry& entry, const QString& text)
{
    return entry.text.contains(text, Qt::CaseInsensitive) ||
           entry.title.contains(text, Qt::CaseInsensitive) ||
           entry.item.contains(text, Qt::CaseInsensitive);
}

} // namespace

void ReadingPane::add(const QString& text, const QList<QKeySequence>& keys,
                      const std::function<void()>& act)
{
    auto* action = new QAction{text, m_list};
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, act);
    m_list->addAction(action);
}

void ReadingPane::createJudging()
{
    using Kind = SelectionActs::Kind;
    add(tr("Next"), {Qt::Key_J, QKeySequence{Qt::CTRL | Qt::Key_Return}}, [this] { step(1); });
    add(tr("Previous"), {Qt::Key_K, QKeySequence{Qt::CTRL | Qt::SHIFT | Qt::Key_Return}},
        [this] { step(-1); });
    // Judged here and not by the acts themselves: the card shows it before the disk has it.
    for (QAction* const action : m_acts->actions()) {
        const bool isExclude = action == m_acts->action(Kind::Exclude);
        if (isExclude || action == m_acts->action(Kind::Include)) {
            action->disconnect(m_acts);
            connect(action, &QAction::triggered, this, [this, isExclude] { judge(isExclude); });
        }
        m_list->addAction(action);
    }
    ActQueue& queue = m_acts->queue();
    add(tr("Undo"), {Qt::Key_U}, [&queue] { queue.undo(); });
    add(tr("Redo"), {QKeySequence{Qt::SHIFT | Qt::Key_U}}, [&queue] { queue.redo(); });
    m_goOn = new QAction{tr("Go on after X and I"), m_list};
    m_goOn->setObjectName(QStringLiteral("goOn"));
    m_goOn->setCheckable(true);
    m_goOn->setChecked(QSettings{}.value(goOnSetting, false).toBool());
    m_goOn->setShortcut(Qt::Key_G);
    m_goOn->setShortcutContext(Qt::WidgetShortcut);
    connect(m_goOn, &QAction::toggled, this,
            [](bool on) { QSettings{}.setValue(goOnSetting, on); });
    m_list->addAction(m_goOn);
}

void ReadingPane::createLooking()
{
    const auto ofCurrent = [this](void (ReadingPane::*wanted)(qint64)) {
        return [this, wanted] {
            if (const auto review = current()) {
                Q_EMIT(this->*wanted)(*review);
            }
        };
    };
    add(tr("Find in These Texts"), {Qt::Key_Slash}, [this] { focusFind(); });
    add(tr("Similar Reviews"), {Qt::Key_S}, ofCurrent(&ReadingPane::similarWanted));
    add(tr("Where From"), {Qt::Key_W}, [this] {
        if (const auto review = current()) {
            auto* dialog = new WhereFromDialog{m_session, ReviewId{*review}, this};
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->open();
        }
    });
    add(tr("Inspect"), {Qt::Key_V}, ofCurrent(&ReadingPane::inspectWanted));
    add(tr("Compare"), {Qt::Key_C}, ofCurrent(&ReadingPane::compareWanted));
    add(tr("Only This User"), {}, [this] {
        if (const TimelineEntry* const entry = currentEntry()) {
            store::FilterExpression filter;
            filter.set("user", store::onlyThis(stored(entry->user)));
            Q_EMIT filterWanted(shown(filter.toText()));
        }
    });
    add(tr("Copy"), {QKeySequence::Copy}, [this] { copySelected(); });
}

void ReadingPane::judge(bool excluded)
{
    const store::Selection rows = m_acts->selection();
    if (rows.isEmpty()) {
        return;
    }
    const QString what = m_acts->what();
    const quint64 act =
        m_acts->queue().add(excluded ? excluding(rows, what) : including(rows, what));
    if (act == 0) {
        return;
    }
    for (const std::int64_t id : rows.ids) {
        m_reading->model().expectExcluded(id, excluded, act);
    }
    showHeading();
    goOn();
}

void ReadingPane::goOn()
{
    if (m_goOn->isChecked() && m_acts->selection().ids.size() == 1) {
        step(1);
    }
}

/// Reviews of which all have the tag lose it; else all get it.
void ReadingPane::toggleTag(int key)
{
    const store::Selection rows = m_acts->selection();
    const store::Tag* const tag = m_tags.ofKey(key);
    if (rows.isEmpty()) {
        return;
    }
    if (tag == nullptr) {
        nameTagOfKey(key);
        return;
    }
    const QString name = shown(tag->name);
    const auto entries = selected();
    const bool all = std::ranges::all_of(
        entries, [&name](const TimelineEntry* entry) { return entry->tags.contains(name); });
    const QString what = m_acts->what();
    const quint64 act =
        m_acts->queue().add(all ? untagging(rows, what, name) : tagging(rows, what, name));
    for (const std::int64_t id : rows.ids) {
        if (act != 0) {
            m_reading->model().expectTag(id, name, !all, act);
        }
    }
}

void ReadingPane::nameTagOfKey(int key)
{
    if (m_session.isReadOnly()) {
        return;
    }
    auto* dialog = new TagDialog{m_tags, tr("Tag for key %1").arg(key), this};
    dialog->offerKey(key);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog, rows = m_acts->selection(), what = m_acts->what()] {
                const quint64 act =
                    m_acts->queue().add(tagging(rows, what, dialog->tag(), dialog->newKey()));
                for (const std::int64_t id : rows.ids) {
                    if (act != 0) {
                        m_reading->model().expectTag(id, dialog->tag(), true, act);
                    }
                }
            });
    dialog->open();
}

void ReadingPane::focusFind()
{
    m_find->show();
    m_find->setFocus(Qt::ShortcutFocusReason);
    m_find->selectAll();
}

/// The next review below the chosen one that has it; from the top again when none has.
void ReadingPane::findNext()
{
    const QString text = m_find->text();
    const auto& entries = m_reading->model().entries();
    m_finding = false;
    if (text.isEmpty() || entries.empty()) {
        return;
    }
    const int rows = static_cast<int>(entries.size());
    const int from = m_list->currentIndex().isValid() ? m_list->currentIndex().row() + 1 : 0;
    for (int row = from; row < rows; ++row) {
        if (has(entries[static_cast<std::size_t>(row)], text)) {
            choose(row);
            return;
        }
    }
    if (!m_reading->isAtEnd()) {
        m_finding = true; // goes on when there are more rows
        m_reading->readBehind();
        return;
    }
    for (int row = 0; row < std::min(from, rows); ++row) {
        if (has(entries[static_cast<std::size_t>(row)], text)) {
            choose(row);
            return;
        }
    }
    Q_EMIT m_session.noticed(tr("No text here has \"%1\".").arg(text), {}, {});
}

bool ReadingPane::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress) {
        return QWidget::eventFilter(watched, event);
    }
    const auto* const press = static_cast<QKeyEvent*>(event);
    if (watched == m_find && press->key() == Qt::Key_Escape) {
        m_finding = false;
        m_find->clear();
        m_find->hide();
        m_list->setFocus();
        return true;
    }
    const int digit = press->key() - Qt::Key_0;
    const bool isPlain = (press->modifiers() & ~Qt::KeypadModifier) == 0;
    if (watched == m_list && isPlain && digit >= 1 && digit <= tagKeys) {
        toggleTag(digit);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ReadingPane::copySelected() const
{
    QString text;
    for (const TimelineEntry* entry : selected()) {
        text += entry->user % QLatin1Char('\t') % shownDate(entry->time) % QLatin1Char('\t') %
                entry->item.simplified() % QLatin1Char('\t') % QString::number(entry->rating) %
                QLatin1Char('\t') % entry->title.simplified() % QLatin1Char('\t') %
                entry->text.simplified() % QLatin1Char('\n');
    }
    QGuiApplication::clipboard()->setText(text);
}

} // namespace nextquill::ui
