// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/import/RetryDialog.h"

#include "core/base/Json.h"
#include "core/store/Project.h"
#include "core/store/import/RejectList.h"

#include "ui/histories/import/ColumnChoices.h"
#include "ui/histories/import/FormatNames.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/RowTable.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

namespace nextquill::ui {

namespace {

constexpr int linesShown = 20;
constexpr int linesLookedAt = 200;
constexpr std::size_t mostFields = 100;

/// Names of the fields of JSON objects, in the order in which they come.
void addFields(const std::string& text, std::vector<std::string>& fields)
{
    const OrderedJson json = OrderedJson::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) {
        return;
    }
    for (const auto& [name, value] : json.items()) {
        if (fields.size() < mostFields && std::ranges::find(fields, name) == fields.end()) {
            fields.push_back(name);
        }
    }
}

} // namespace

struct RetryDialog::Lines
{
    std::int64_t all = 0;
    std::vector<store::Reject> first;
    std::vector<std::string> fields;
};

RetryDialog::RetryDialog(ProjectSession& session, store::RejectFilter which, QWidget* parent)
    : QDialog{parent}
    , m_session{session}
    , m_which{std::move(which)}
    , m_what{new QLabel{tr("Reading the rejected lines…"), this}}
    , m_lines{new QTableWidget{this}}
    , m_format{new QComboBox{this}}
    , m_mapping{new ColumnChoices{QStringLiteral("retry-"), false, this}}
    , m_retry{new QPushButton{tr("&Try again"), this}}
{
    setWindowTitle(tr("Try rejected lines again"));
    resize(860, 560);
    createLayout();
    loadLines();
}

void RetryDialog::createLayout()
{
    m_what->setObjectName(QStringLiteral("retryWhat"));
    m_lines->setObjectName(QStringLiteral("retryLines"));
    m_format->setObjectName(QStringLiteral("retryFormat"));
    m_retry->setObjectName(QStringLiteral("retry"));
    m_what->setTextFormat(Qt::PlainText);
    m_what->setWordWrap(true);
    m_lines->setColumnCount(4);
    m_lines->setHorizontalHeaderLabels({tr("File"), tr("Line"), tr("Reason"), tr("Text")});
    m_lines->setEditTriggers(QAbstractItemView::NoEditTriggers);
    prepareRowTable(*m_lines);
    m_lines->setWordWrap(false);
    m_lines->setAlternatingRowColors(true);
    m_lines->horizontalHeader()->setStretchLastSection(true);
    m_lines->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_lines->setAccessibleName(tr("Rejected lines"));
    m_format->addItem(tr("As it was read before"), -1);
    for (const NamedFormat& format : namedFormats()) {
        m_format->addItem(format.label, static_cast<int>(format.format));
    }
    m_retry->setDefault(true);
    m_retry->setEnabled(false);
    m_retry->setProperty("role", QStringLiteral("primary"));
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Cancel, this};
    buttons->addButton(m_retry, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* form = new QFormLayout;
    form->addRow(tr("&Format"), m_format);
    auto* columns = new QLabel{tr("Columns, where they are others than before:"), this};
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_what);
    layout->addWidget(m_lines, 1);
    layout->addLayout(form);
    layout->addWidget(columns);
    for (QComboBox* const choice : m_mapping->boxes()) {
        choice->setEditable(true);
        choice->lineEdit()->setPlaceholderText(tr("as before"));
    }
    layout->addWidget(m_mapping);
    layout->addWidget(buttons);
}

void RetryDialog::loadLines()
{
    auto* job =
        m_session.read(tr("Reading the rejected lines"), this,
                       [which = m_which](store::Project& project, StopToken stop, Progress&) {
                           const store::RejectList rejects{project};
                           Lines lines{.all = rejects.count(which, stop),
                                       .first = rejects.page(which, 0, linesLookedAt, stop),
                                       .fields = {}};
                           for (const store::Reject& reject : lines.first) {
                               addFields(reject.text, lines.fields);
                           }
                           return lines;
                       });
    connect(job, &Job::done, this, [this, job] { showLines(job->takeValue()); });
}

void RetryDialog::showLines(const Lines& lines)
{
    m_retry->setEnabled(lines.all > 0);
    m_what->setText(lines.all == 0 ? tr("No line was rejected.")
                                   : tr("%Ln line(s) could not be read. Each is read from its file "
                                        "again, or from what the project kept of it.",
                                        nullptr, static_cast<int>(lines.all)));
    m_lines->setRowCount(std::min(linesShown, static_cast<int>(lines.first.size())));
    for (int row = 0; row < m_lines->rowCount(); ++row) {
        const store::Reject& reject = lines.first[static_cast<std::size_t>(row)];
        const QString cells[] = {shown(reject.file), QLocale{}.toString(qlonglong{reject.line}),
                                 shown(reject.reason), shown(reject.text).left(200)};
        for (int column = 0; column < 4; ++column) {
            m_lines->setItem(row, column, new QTableWidgetItem{cells[column]});
        }
    }
    m_lines->resizeColumnsToContents();
    for (QComboBox* const choice : m_mapping->boxes()) {
        for (const std::string& field : lines.fields) {
            choice->addItem(shown(field));
        }
        choice->setCurrentIndex(-1);
        choice->clearEditText();
    }
}

store::RetrySettings RetryDialog::settings() const
{
    store::RetrySettings settings{.which = m_which};
    if (const int format = m_format->currentData().toInt(); format >= 0) {
        settings.format = static_cast<store::SourceFormat>(format);
    }
    for (std::size_t i = 0; i < m_mapping->boxes().size(); ++i) {
        settings.map.*store::mappedFields()[i].column =
            stored(m_mapping->boxes()[i]->currentText().trimmed());
    }
    return settings;
}

} // namespace nextquill::ui
