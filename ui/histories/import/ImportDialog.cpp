// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/import/ImportDialog.h"

#include "ui/histories/import/ColumnChoices.h"
#include "ui/histories/import/FormatNames.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/RowTable.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/ThemedIcon.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <limits>

namespace nextquill::ui {

namespace {

constexpr int widestColumn = 320;

} // namespace

ImportDialog::ImportDialog(ProjectSession& session, std::vector<std::filesystem::path> files,
                           QWidget* parent)
    : QDialog{parent}
    , m_session{session}
    , m_files{std::move(files)}
    , m_recognised{new QLabel{this}}
    , m_why{new QLabel{tr("Reading the first lines…"), this}}
    , m_faults{new QLabel{this}}
    , m_rows{new QTableWidget{this}}
    , m_format{new QComboBox{this}}
    , m_mapping{new ColumnChoices{QStringLiteral("column-"), true, this}}
    , m_items{new QLineEdit{this}}
    , m_rejects{new QComboBox{this}}
    , m_duplicates{new QComboBox{this}}
    , m_import{new QPushButton{tr("&Import"), this}}
{
    setWindowTitle(tr("Import %1").arg(shownPath(m_files.front().filename())));
    resize(920, 620);
    createLayout();
    findItemsBeside();
    loadPreview();
}

void ImportDialog::createLayout()
{
    const std::pair<QWidget*, const char*> names[] = {{m_recognised, "importRecognised"},
                                                      {m_why, "importWhy"},
                                                      {m_faults, "importFaults"},
                                                      {m_rows, "importRows"},
                                                      {m_format, "importFormat"},
                                                      {m_mapping, "columnChoices"},
                                                      {m_items, "itemsFile"},
                                                      {m_rejects, "importRejects"},
                                                      {m_duplicates, "importDuplicates"},
                                                      {m_import, "import"}};
    for (const auto& [widget, name] : names) {
        widget->setObjectName(QString::fromLatin1(name));
    }
    for (QLabel* label : {m_recognised, m_why, m_faults}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(label != m_recognised);
    }
    m_rows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    prepareRowTable(*m_rows);
    m_rows->setWordWrap(false);
    m_rows->setAlternatingRowColors(true);
    m_rows->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_rows->setAccessibleName(tr("First rows"));
    createColumnChoices();
    createRules();
    m_import->setDefault(true);
    m_import->setProperty("role", QStringLiteral("primary"));
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Cancel, this};
    buttons->addButton(m_import, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* layout = new QVBoxLayout{this};
    layout->addLayout(createHeading());
    layout->addWidget(m_why);
    layout->addWidget(m_rows, 1);
    layout->addWidget(m_faults);
    layout->addWidget(m_mapping);
    layout->addLayout(createForm());
    layout->addWidget(buttons);
}

/// The file, its size, and what it was recognised as.
QBoxLayout* ImportDialog::createHeading()
{
    std::error_code unknown;
    const auto size = std::filesystem::file_size(m_files.front(), unknown);
    const QString name = shownPath(m_files.front().filename());
    QString file = unknown ? name : tr("%1 (%2)").arg(name, shownBytes(size));
    if (m_files.size() > 1) {
        file =
            tr("%1 and %Ln more file(s)", nullptr, static_cast<int>(m_files.size()) - 1).arg(file);
    }
    auto* heading = new QLabel{file, this};
    heading->setTextFormat(Qt::PlainText);
    heading->setProperty("role", QStringLiteral("heading"));
    m_recognised->setProperty("role", QStringLiteral("muted"));
    auto* line = new QHBoxLayout;
    line->addWidget(heading, 1);
    line->addWidget(m_recognised);
    return line;
}

QFormLayout* ImportDialog::createForm()
{
    m_format->addItem(tr("As recognised"), -1);
    for (const NamedFormat& format : namedFormats()) {
        m_format->addItem(format.label, static_cast<int>(format.format));
    }
    connect(m_format, &QComboBox::currentIndexChanged, this, &ImportDialog::loadPreview);
    m_items->setPlaceholderText(tr("None: items have no title and description"));
    auto* browse = new QPushButton{tr("&Browse…"), this};
    connect(browse, &QPushButton::clicked, this, [this] {
        const QString file = QFileDialog::getOpenFileName(this, tr("Metadata of the items"));
        if (!file.isEmpty()) {
            m_items->setText(file);
        }
    });
    auto* items = new QHBoxLayout;
    items->addWidget(m_items, 1);
    items->addWidget(browse);
    auto* form = new QFormLayout;
    form->addRow(tr("&Format"), m_format);
    auto* itemsLabel = new QLabel{tr("Items' &metadata"), this};
    itemsLabel->setBuddy(m_items);
    form->addRow(itemsLabel, items);
    form->addRow(tr("&Rejected lines"), m_rejects);
    form->addRow(tr("Same &user and item"), m_duplicates);
    return form;
}

/// What becomes of lines that cannot be read, and of repeated reviews.
void ImportDialog::createRules()
{
    constexpr int asManyAsThereAre = std::numeric_limits<int>::max();
    for (const int most : {0, 100, 1'000, 10'000, 100'000, asManyAsThereAre}) {
        m_rejects->addItem(
            most == 0 ? tr("Import nothing if there is one")
            : most == asManyAsThereAre
                ? tr("Keep them all, with their reasons")
                : tr("Keep them; import nothing if there are more than %Ln", nullptr, most),
            most);
    }
    m_rejects->setCurrentIndex(m_rejects->findData(1'000));
    m_duplicates->addItem(tr("All of the user's reviews take part"), -1);
    m_duplicates->addItem(tr("Only the earliest takes part, as in Amazon Reviews 2023's benchmark"),
                          static_cast<int>(curate::KeepRule::Earliest));
    m_duplicates->addItem(tr("Only the longest takes part"),
                          static_cast<int>(curate::KeepRule::Longest));
    m_duplicates->setToolTip(tr("The others are excluded, not removed: Undo includes them again. "
                                "The same text twice is always taken once."));
}

void ImportDialog::createColumnChoices()
{
    for (QComboBox* const choice : m_mapping->boxes()) {
        connect(choice, &QComboBox::activated, this, [this] {
            m_isMapped = true;
            loadPreview();
        });
    }
    m_mapping->hide();
}

/// The choices stand there where a format leaves them open, and where none was recognised.
void ImportDialog::showColumnChoices(const store::ImportPreview& preview)
{
    const bool isOpen = !preview.fields.empty() &&
                        (!preview.format || preview.format == store::SourceFormat::Jsonl ||
                         preview.format == store::SourceFormat::Csv);
    m_mapping->setVisible(isOpen);
    for (std::size_t i = 0; i < m_mapping->boxes().size(); ++i) {
        QComboBox* const choice = m_mapping->boxes()[i];
        choice->clear();
        choice->addItem(tr("None"), QByteArray::fromStdString(std::string{store::noColumn}));
        for (const std::string& column : preview.fields) {
            choice->addItem(shown(column), QByteArray::fromStdString(column));
        }
        const std::string& chosen = preview.map.*store::mappedFields()[i].column;
        choice->setCurrentIndex(std::max(0, choice->findData(QByteArray::fromStdString(chosen))));
    }
}

void ImportDialog::findItemsBeside()
{
    // Amazon's metadata stand beside the reviews: meta_Books.jsonl.gz, or items.jsonl.
    const std::filesystem::path& reviews = m_files.front();
    const std::filesystem::path folder = reviews.parent_path();
    for (const std::string& name :
         {"meta_" + reviews.filename().string(), std::string{"items.jsonl"}}) {
        if (name != reviews.filename().string() && std::filesystem::exists(folder / name)) {
            m_items->setText(shownPath(folder / name));
            return;
        }
    }
}

void ImportDialog::loadPreview()
{
    delete m_preview;
    auto* job = startJob(tr("Reading the first lines"), m_session.workers(), this,
                         [file = m_files.front(), settings = settings()](StopToken, Progress&) {
                             return store::previewImport(file, settings);
                         });
    m_preview = job;
    connect(job, &Job::done, this, [this, job] { showPreview(job->takeValue()); });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        showReason(tr("%1. %2.").arg(failure.problem, failure.remedy), true);
        m_import->setEnabled(false);
    });
}

void ImportDialog::showReason(const QString& text, bool isWrong)
{
    m_why->setText(asSentence(text));
    m_why->setProperty("role", isWrong ? QStringLiteral("error") : QString{});
    m_why->style()->unpolish(m_why); // the style sheet reads the role again
    m_why->style()->polish(m_why);
}

void ImportDialog::showPreview(const store::ImportPreview& preview)
{
    m_import->setEnabled(preview.format.has_value());
    m_recognised->setText(preview.format ? tr("Recognised: %1").arg(labelOf(*preview.format))
                                         : tr("Not recognised"));
    showColumnChoices(preview);
    const bool asks = !preview.format && !preview.fields.empty();
    showReason(asks ? tr("Choose the columns of user and text, and of what else the file has.")
                    : shown(preview.why),
               !preview.format && !asks);
    if (asks && !m_isMapped) {
        m_mapping->boxes().front()->setFocus(); // that is what is to be done
    }
    showRows(preview);
    fitColumns();
}

void ImportDialog::showRows(const store::ImportPreview& preview)
{
    m_rows->setColumnCount(static_cast<int>(preview.columns.size()));
    m_rows->setRowCount(static_cast<int>(preview.rows.size()));
    QStringList columns;
    for (const std::string& column : preview.columns) {
        columns.append(shown(column));
    }
    m_rows->setHorizontalHeaderLabels(columns);
    int faults = 0;
    QString firstFault;
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const auto& cells = preview.rows[static_cast<std::size_t>(row)];
        const QString problem = shown(preview.problems[static_cast<std::size_t>(row)]);
        faults += problem.isEmpty() ? 0 : 1;
        firstFault = firstFault.isEmpty() ? problem : firstFault;
        const int shownCells = std::min(static_cast<int>(cells.size()), m_rows->columnCount());
        for (int column = 0; column < shownCells; ++column) {
            const QString cell = shown(cells[static_cast<std::size_t>(column)]);
            const bool isTime =
                preview.format && problem.isEmpty() && columns.at(column) == QStringLiteral("time");
            auto* item = new QTableWidgetItem{isTime ? shownDate(cell.toLongLong()) : cell};
            if (!problem.isEmpty()) {
                item->setToolTip(problem);
                item->setForeground(themeColors(palette()).error);
            }
            if (!problem.isEmpty() && column == 0) {
                item->setIcon(themedIcon(QStringLiteral("warning")));
            }
            m_rows->setItem(row, column, item);
        }
    }
    m_faults->setVisible(faults > 0);
    m_faults->setText(
        tr("%1, the first because %2.")
            .arg(tr("%Ln of these row(s) cannot be read", nullptr, faults), firstFault));
}

/// Each as wide as its cells, none so wide that the others are out of sight.
void ImportDialog::fitColumns()
{
    m_rows->resizeColumnsToContents();
    for (int column = 0; column < m_rows->columnCount(); ++column) {
        m_rows->setColumnWidth(column, std::min(widestColumn, m_rows->columnWidth(column)));
    }
    m_rows->horizontalHeader()->setStretchLastSection(true);
}

store::ImportSettings ImportDialog::settings() const
{
    store::ImportSettings settings;
    if (const int format = m_format->currentData().toInt(); format >= 0) {
        settings.format = static_cast<store::SourceFormat>(format);
    }
    for (std::size_t i = 0; m_isMapped && i < m_mapping->boxes().size(); ++i) {
        settings.map.*store::mappedFields()[i].column =
            m_mapping->boxes()[i]->currentData().toByteArray().toStdString();
    }
    if (!m_items->text().isEmpty()) {
        settings.items.push_back(pathOf(m_items->text()));
    }
    settings.maximumRejects = m_rejects->currentData().toInt();
    return settings;
}

ImportPlan ImportDialog::plan() const
{
    ImportPlan plan{.files = m_files, .settings = settings(), .keptOfUserItem = {}};
    if (const int keep = m_duplicates->currentData().toInt(); keep >= 0) {
        plan.keptOfUserItem = static_cast<curate::KeepRule>(keep);
    }
    return plan;
}

} // namespace nextquill::ui
