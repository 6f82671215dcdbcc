// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/rejects/RejectsTab.h"

#include "core/base/Utf8.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/EmptyState.h"
#include "ui/widgets/RowTable.h"
#include "ui/widgets/ThemedIcon.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

#include <utility>

namespace nextquill::ui {

namespace {

constexpr int rejectsOfAPage = 200;
constexpr int filterDelay = 200;         // milliseconds after typing
constexpr std::size_t cellText = 160;    // characters
constexpr std::size_t wholeText = 8'192; // more than is kept of a line
constexpr qsizetype choiceLength = 60;

using RejectModel = PagedListModel<store::Reject>;

QVariant plainCell(int role, const QString& text)
{
    return role == Qt::DisplayRole || role == Qt::ToolTipRole ? QVariant{text} : QVariant{};
}

QVariant numberCell(int role, std::int64_t value)
{
    return role == Qt::DisplayRole ? QVariant{QLocale{}.toString(qlonglong{value})} : QVariant{};
}

std::vector<RejectModel::Column> rejectColumns()
{
    const auto number = Qt::AlignRight | Qt::AlignVCenter;
    return {
        {RejectsTab::tr("File"),
         [](const store::Reject& reject, int role) { return plainCell(role, shown(reject.file)); }},
        {RejectsTab::tr("Line"),
         [](const store::Reject& reject, int role) { return numberCell(role, reject.line); },
         number},
        {RejectsTab::tr("Byte"),
         [](const store::Reject& reject, int role) { return numberCell(role, reject.byte); },
         number},
        {RejectsTab::tr("Reason"), [](const store::Reject& reject,
                                      int role) { return plainCell(role, shown(reject.reason)); }},
        {RejectsTab::tr("Text"), [](const store::Reject& reject, int role) {
             return role == Qt::DisplayRole
                        ? QVariant{shown(escapedForDisplay(reject.text, cellText))}
                        : QVariant{};
         }}};
}

/// The first is "all"; the one that was chosen stays chosen where it is still there.
void fillChoices(QComboBox& box, const QString& all, const std::vector<store::RejectGroup>& groups)
{
    const QSignalBlocker quiet{&box};
    const QVariant chosen = box.currentData();
    const QLocale locale;
    box.clear();
    box.addItem(all, QString{});
    for (const store::RejectGroup& group : groups) {
        const QString what = shown(group.what);
        const QString brief =
            what.size() > choiceLength ? what.left(choiceLength) % QChar(0x2026) : what;
        box.addItem(QStringLiteral("%1 (%2)").arg(brief, locale.toString(qlonglong{group.lines})),
                    what);
        box.setItemData(box.count() - 1, what, Qt::ToolTipRole);
    }
    box.setCurrentIndex(std::max(0, box.findData(chosen)));
}

} // namespace

RejectsTab::RejectsTab(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_pages{new QStackedWidget{this}}
    , m_empty{new EmptyState{this}}
    , m_reason{new QComboBox{this}}
    , m_file{new QComboBox{this}}
    , m_contains{new QLineEdit{this}}
    , m_typing{new QTimer{this}}
    , m_retry{new QPushButton{themedIcon(QStringLiteral("refresh")), tr("&Retry…"), this}}
    , m_export{new QPushButton{themedIcon(QStringLiteral("export")), tr("E&xport…"), this}}
    , m_table{new QTableView{this}}
    , m_text{new QPlainTextEdit{this}}
    , m_count{new QLabel{this}}
    , m_model{new RejectModel{rejectColumns(), this}}
{
    m_empty->setIcon(QStringLiteral("check"));
    m_empty->setTitle(tr("No rejected lines"));
    m_empty->setSentence(tr("Every line that an import could not take is kept here, with its "
                            "place, the reason and its text. There is none."));
    auto* content = new QWidget{this};
    auto* column = new QVBoxLayout{content};
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_pages->addWidget(content);
    m_pages->addWidget(m_empty);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_pages);
    createFilters();
    createTable();
    setFocusProxy(m_table);
    connect(m_model, &PagedListModelBase::pageWanted, this, &RejectsTab::loadPage);
    connect(m_model, &PagedListModelBase::rowsChanged, this, &RejectsTab::showCount);
    connect(&m_session, &ProjectSession::projectChanged, this, [this] {
        m_contains->clear();
        fillChoices(*m_reason, tr("All reasons"), {});
        fillChoices(*m_file, tr("All files"), {});
        markStale();
    });
    connect(&m_session, &ProjectSession::dataChanged, this, &RejectsTab::markStale);
}

void RejectsTab::createFilters()
{
    auto* bar = new QFrame{this};
    bar->setProperty("role", QStringLiteral("toolbar"));
    m_reason->setObjectName(QStringLiteral("rejectReason"));
    m_reason->setAccessibleName(tr("Reason"));
    m_file->setObjectName(QStringLiteral("rejectFile"));
    m_file->setAccessibleName(tr("File"));
    for (QComboBox* box : {m_reason, m_file}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(24);
        connect(box, &QComboBox::currentIndexChanged, m_model, &PagedListModelBase::restart);
    }
    m_contains->setObjectName(QStringLiteral("rejectContains"));
    m_contains->setPlaceholderText(tr("In the line's text"));
    m_contains->setClearButtonEnabled(true);
    m_contains->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_typing->setSingleShot(true);
    m_typing->setInterval(filterDelay);
    connect(m_contains, &QLineEdit::textChanged, m_typing, qOverload<>(&QTimer::start));
    connect(m_contains, &QLineEdit::returnPressed, this, [this] {
        m_typing->stop();
        m_model->restart();
    });
    connect(m_typing, &QTimer::timeout, m_model, &PagedListModelBase::restart);
    m_retry->setObjectName(QStringLiteral("retryRejects"));
    m_retry->setToolTip(tr("Read the lines shown again with another mapping of columns"));
    connect(m_retry, &QPushButton::clicked, this, [this] { Q_EMIT retryWanted(filter()); });
    m_export->setObjectName(QStringLiteral("exportRejects"));
    m_export->setToolTip(tr("Write the lines shown to a file: JSON lines or CSV"));
    connect(m_export, &QPushButton::clicked, this, &RejectsTab::chooseExport);
    auto* row = new QHBoxLayout{bar};
    row->addWidget(m_reason);
    row->addWidget(m_file);
    row->addWidget(m_contains, 1);
    row->addWidget(m_retry);
    row->addWidget(m_export);
    m_pages->widget(0)->layout()->addWidget(bar);
}

void RejectsTab::createTable()
{
    m_table->setObjectName(QStringLiteral("rejects"));
    m_table->setAccessibleName(tr("Rejected lines"));
    m_table->setModel(m_model);
    prepareRowTable(*m_table);
    m_table->setWordWrap(false);
    m_table->horizontalHeader()->setStretchLastSection(true);
    const int unit = fontMetrics().averageCharWidth();
    const int widths[] = {30, 12, 14, 46}; // characters
    for (int column = 0; column < 4; ++column) {
        m_table->setColumnWidth(column, widths[column] * unit);
    }
    m_text->setObjectName(QStringLiteral("rejectText"));
    m_text->setAccessibleName(tr("The line's text"));
    m_text->setReadOnly(true);
    m_text->setTabChangesFocus(true);
    m_text->setPlaceholderText(tr("Choose a line to see all of it."));
    m_count->setObjectName(QStringLiteral("rejectCount"));
    m_count->setProperty("role", QStringLiteral("muted"));
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &RejectsTab::showCurrent);
    connect(m_table, &QAbstractItemView::activated, this, [this] { m_text->setFocus(); });
    const auto add = [](QWidget* on, const QKeySequence& key, Qt::ShortcutContext context,
                        auto slot) {
        auto* action = new QAction{on};
        action->setShortcut(key);
        action->setShortcutContext(context);
        QObject::connect(action, &QAction::triggered, on, slot);
        on->addAction(action);
    };
    add(m_table, QKeySequence::Copy, Qt::WidgetShortcut, [this] { copySelected(); });
    add(this, QKeySequence::Find, Qt::WidgetWithChildrenShortcut,
        [this] { m_contains->setFocus(Qt::ShortcutFocusReason); });

    auto* panes = new QSplitter{Qt::Vertical, this};
    panes->addWidget(m_table);
    panes->addWidget(m_text);
    panes->setStretchFactor(0, 3);
    panes->setStretchFactor(1, 1);
    panes->setSizes({480, 140});
    panes->setChildrenCollapsible(false);
    auto* line = new QFrame{this};
    line->setProperty("role", QStringLiteral("statusline"));
    auto* row = new QHBoxLayout{line};
    row->addWidget(m_count);
    static_cast<QVBoxLayout*>(m_pages->widget(0)->layout())->addWidget(panes, 1);
    m_pages->widget(0)->layout()->addWidget(line);
}

void RejectsTab::markStale()
{
    m_stale = true;
    if (isVisible()) {
        renew();
    }
}

void RejectsTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale) {
        renew();
    }
}

void RejectsTab::renew()
{
    m_stale = false;
    m_model->restart();
    loadSummary();
}

void RejectsTab::loadSummary()
{
    m_lines = -1; // not counted yet
    if (!m_session.isOpen()) {
        m_summary = nullptr;
        showSummary({});
        return;
    }
    if (m_summary != nullptr) {
        m_summary->requestStop();
    }
    auto* job = m_session.read(tr("Counting rejected lines"), this,
                               [](store::Project& project, StopToken stop, Progress& progress) {
                                   return store::RejectList{project}.summary(stop, progress);
                               });
    m_summary = job;
    connect(job, &Job::done, this, [this, job] {
        if (job == m_summary) { // else another count was begun since
            m_summary = nullptr;
            showSummary(job->takeValue());
        }
    });
    connect(job, &Job::failed, this, [this, job] {
        if (job == m_summary) {
            m_summary = nullptr;
        }
    });
}

void RejectsTab::showSummary(const store::RejectSummary& summary)
{
    const QLocale locale;
    m_lines = summary.lines;
    fillChoices(*m_reason, tr("All reasons"), summary.reasons);
    fillChoices(*m_file, tr("All files"), summary.files);
    m_pages->setCurrentIndex(summary.lines > 0 ? 0 : 1);
    const store::ImportTotals& imports = summary.imports;
    m_count->setToolTip(tr("Imports read %1 = %2 kept + %3 rejected + %4 duplicates")
                            .arg(locale.toString(qlonglong{imports.read}),
                                 locale.toString(qlonglong{imports.kept}),
                                 locale.toString(qlonglong{imports.rejected}),
                                 locale.toString(qlonglong{imports.duplicates})));
    showCount();
}

store::RejectFilter RejectsTab::filter() const
{
    return {.file = stored(m_file->currentData().toString()),
            .reason = stored(m_reason->currentData().toString()),
            .contains = stored(m_contains->text())};
}

void RejectsTab::loadPage(quint64 era)
{
    if (!m_session.isOpen()) {
        m_model->addPage(era, {}, true);
        return;
    }
    const std::int64_t after = m_model->isEmpty() ? 0 : m_model->lastRow().row;
    auto* job = m_session.read(
        tr("Reading rejected lines"), this,
        [filter = filter(), after](store::Project& project, StopToken stop, Progress&) {
            return store::RejectList{project}.page(filter, after, rejectsOfAPage, stop);
        });
    connect(job, &Job::done, this, [this, job, era] {
        std::vector<store::Reject> rows = job->takeValue();
        const bool first = m_model->isEmpty();
        const bool last = rows.size() < rejectsOfAPage;
        if (m_model->addPage(era, std::move(rows), last) && first && !m_model->isEmpty()) {
            m_table->selectRow(0);
        }
        showCurrent();
    });
    connect(job, &Job::failed, this, [this, era] { m_model->pageFailed(era); });
}

void RejectsTab::showCount()
{
    const QLocale locale;
    const QString held = locale.toString(m_model->rowCount());
    const bool all = m_model->isComplete() || m_lines == m_model->rowCount();
    const QString seen = all ? held : QStringLiteral("≥ %1").arg(held);
    m_export->setEnabled(m_model->rowCount() > 0);
    m_retry->setEnabled(m_model->rowCount() > 0 && !m_session.isReadOnly());
    if (m_lines < 0) {
        m_count->setText(tr("%1 rejected lines, counting…").arg(seen));
    } else {
        m_count->setText(
            tr("%1 of %Ln rejected line(s)", nullptr, static_cast<int>(m_lines)).arg(seen));
    }
}

void RejectsTab::showCurrent()
{
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid()) {
        m_text->clear();
        return;
    }
    m_text->setPlainText(shown(escapedForDisplay(m_model->row(current.row()).text, wholeText)));
}

void RejectsTab::copySelected() const
{
    QString text;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) {
        const store::Reject& reject = m_model->row(index.row());
        text += shown(reject.file) % QLatin1Char('\t') % QString::number(reject.line) %
                QLatin1Char('\t') % QString::number(reject.byte) % QLatin1Char('\t') %
                shown(reject.reason) % QLatin1Char('\t') % shown(reject.text).simplified() %
                QLatin1Char('\n');
    }
    QGuiApplication::clipboard()->setText(text);
}

void RejectsTab::chooseExport()
{
    const QString file = QFileDialog::getSaveFileName(this, tr("Export rejected lines"),
                                                      QStringLiteral("rejects.jsonl"),
                                                      tr("JSON lines (*.jsonl);;CSV (*.csv)"));
    if (!file.isEmpty()) {
        exportTo(file);
    }
}

void RejectsTab::exportTo(const QString& file)
{
    const auto format = file.endsWith(QStringLiteral(".csv"), Qt::CaseInsensitive)
                            ? store::RejectFormat::Csv
                            : store::RejectFormat::Jsonl;
    auto* job = m_session.read(tr("Writing rejected lines"), this,
                               [to = pathOf(file), format, filter = filter()](
                                   store::Project& project, StopToken stop, Progress& progress) {
                                   return store::RejectList{project}.write(
                                       to, format, filter, true, std::move(stop), progress);
                               });
    m_session.track(job);
    connect(job, &Job::done, this, [this, job, file] {
        const auto lines = static_cast<int>(job->takeValue());
        Q_EMIT m_session.noticed(
            tr("%Ln rejected line(s) written to %1.", nullptr, lines).arg(file), {}, {});
    });
}

} // namespace nextquill::ui
