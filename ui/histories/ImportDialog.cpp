// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/ImportDialog.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QGridLayout>
#include <QHash>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyle>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace nextquill::ui {

namespace {

constexpr int widestColumn = 320;

struct NamedFormat
{
    QString label;
    store::SourceFormat format;
};

QList<NamedFormat> formats()
{
    return {{QObject::tr("Amazon Reviews 2023"), store::SourceFormat::Amazon2023},
            {QObject::tr("Amazon 2014 and 2018"), store::SourceFormat::Amazon2018},
            {QObject::tr("NextQuill and DPL records"), store::SourceFormat::NextQuillRecords},
            {QObject::tr("LaMP questions and outputs"), store::SourceFormat::Lamp},
            {QObject::tr("LongLaMP records"), store::SourceFormat::LongLamp},
            {QObject::tr("Other JSON, columns below"), store::SourceFormat::Jsonl},
            {QObject::tr("CSV and other tables, columns below"), store::SourceFormat::Csv}};
}

/// What a person reads for a field of mappedFields().
QString labelOf(const store::MappedField& field)
{
    static const QHash<QString, QString> labels{
        {QStringLiteral("user"), QObject::tr("User")},
        {QStringLiteral("text"), QObject::tr("Text")},
        {QStringLiteral("item"), QObject::tr("Item's key")},
        {QStringLiteral("item-title"), QObject::tr("Item's title")},
        {QStringLiteral("item-description"), QObject::tr("Item's description")},
        {QStringLiteral("title"), QObject::tr("Title")},
        {QStringLiteral("rating"), QObject::tr("Rating")},
        {QStringLiteral("time"), QObject::tr("Time")}};
    const QString name = QString::fromUtf8(field.name.data(), static_cast<int>(field.name.size()));
    return labels.value(name, name);
}

} // namespace

ImportDialog::ImportDialog(ProjectSession& session, std::vector<std::filesystem::path> files,
                           QWidget* parent)
    : QDialog{parent}
    , m_session{session}
    , m_files{std::move(files)}
    , m_why{new QLabel{tr("Reading the first lines…"), this}}
    , m_rows{new QTableWidget{this}}
    , m_format{new QComboBox{this}}
    , m_mapping{new QWidget{this}}
    , m_items{new QLineEdit{this}}
    , m_import{new QPushButton{tr("&Import"), this}}
{
    setWindowTitle(tr("Import %1").arg(shownPath(m_files.front().filename())));
    resize(860, 520);
    createLayout();
    findItemsBeside();
    loadPreview();
}

void ImportDialog::createLayout()
{
    const std::pair<QWidget*, const char*> names[] = {
        {m_why, "importWhy"},         {m_rows, "importRows"}, {m_format, "importFormat"},
        {m_mapping, "columnChoices"}, {m_items, "itemsFile"}, {m_import, "import"}};
    for (const auto& [widget, name] : names) {
        widget->setObjectName(QString::fromLatin1(name));
    }
    m_why->setTextFormat(Qt::PlainText);
    m_why->setWordWrap(true);
    m_rows->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_rows->verticalHeader()->hide();
    m_rows->setTabKeyNavigation(false);
    m_rows->setWordWrap(false);
    m_rows->setAlternatingRowColors(true);
    m_rows->setShowGrid(false);
    m_rows->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_rows->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_rows->horizontalHeader()->setHighlightSections(false);
    m_rows->setAccessibleName(tr("First rows"));
    m_format->addItem(tr("As recognised"), -1);
    for (const NamedFormat& format : formats()) {
        m_format->addItem(format.label, static_cast<int>(format.format));
    }
    m_items->setPlaceholderText(tr("None: items have no title and description"));
    connect(m_format, &QComboBox::currentIndexChanged, this, &ImportDialog::loadPreview);
    createColumnChoices();
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

    m_import->setDefault(true);
    m_import->setProperty("role", QStringLiteral("primary"));
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Cancel, this};
    buttons->addButton(m_import, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_why);
    layout->addWidget(m_rows, 1);
    layout->addWidget(m_mapping);
    layout->addLayout(form);
    layout->addWidget(buttons);
}

void ImportDialog::createColumnChoices()
{
    auto* grid = new QGridLayout{m_mapping};
    grid->setContentsMargins(0, 0, 0, 0);
    constexpr int choicesOfRow = 4;
    for (const store::MappedField& field : store::mappedFields()) {
        auto* choice = new QComboBox{m_mapping};
        choice->setObjectName(QStringLiteral("column-") % shown(field.name));
        choice->setAccessibleName(tr("Column of: %1").arg(labelOf(field)));
        choice->setToolTip(
            QString::fromUtf8(field.what.data(), static_cast<int>(field.what.size())));
        choice->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        choice->setMinimumContentsLength(10);
        connect(choice, &QComboBox::activated, this, [this] {
            m_isMapped = true;
            loadPreview();
        });
        const int place = static_cast<int>(m_columns.size());
        const bool isNeeded =
            field.column == &store::FieldMap::user || field.column == &store::FieldMap::text;
        auto* label = new QLabel{isNeeded ? tr("%1 (needed)").arg(labelOf(field)) : labelOf(field),
                                 m_mapping};
        label->setBuddy(choice);
        grid->addWidget(label, place / choicesOfRow * 2, place % choicesOfRow);
        grid->addWidget(choice, place / choicesOfRow * 2 + 1, place % choicesOfRow);
        m_columns.push_back(choice);
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
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        QComboBox* const choice = m_columns[i];
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
    QString sentence = text;
    sentence.replace(0, 1, sentence.left(1).toUpper());
    m_why->setText(sentence);
    m_why->setProperty("role", isWrong ? QStringLiteral("error") : QString{});
    m_why->style()->unpolish(m_why); // the style sheet reads the role again
    m_why->style()->polish(m_why);
}

void ImportDialog::showPreview(const store::ImportPreview& preview)
{
    m_import->setEnabled(preview.format.has_value());
    showColumnChoices(preview);
    const bool asks = !preview.format && !preview.fields.empty();
    showReason(asks ? tr("Choose the columns of user and text, and of what else the file has.")
                    : shown(preview.why),
               !preview.format && !asks);
    if (asks && !m_isMapped) {
        m_columns.front()->setFocus(); // that is what is to be done
    }
    m_rows->setColumnCount(static_cast<int>(preview.columns.size()));
    m_rows->setRowCount(static_cast<int>(preview.rows.size()));
    QStringList columns;
    for (const std::string& column : preview.columns) {
        columns.append(shown(column));
    }
    m_rows->setHorizontalHeaderLabels(columns);
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        const auto& cells = preview.rows[static_cast<std::size_t>(row)];
        for (int column = 0; column < static_cast<int>(cells.size()); ++column) {
            const QString cell = shown(cells[static_cast<std::size_t>(column)]);
            const bool isTime = preview.format && columns.at(column) == QStringLiteral("time");
            m_rows->setItem(row, column,
                            new QTableWidgetItem{isTime ? shownDate(cell.toLongLong()) : cell});
        }
    }
    fitColumns();
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
    for (std::size_t i = 0; m_isMapped && i < m_columns.size(); ++i) {
        settings.map.*store::mappedFields()[i].column =
            m_columns[i]->currentData().toByteArray().toStdString();
    }
    if (!m_items->text().isEmpty()) {
        settings.items.push_back(pathOf(m_items->text()));
    }
    return settings;
}

} // namespace nextquill::ui
