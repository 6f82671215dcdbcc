// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/ExportDialog.h"

#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/store/funnel/Funnels.h"

#include "ui/histories/splits/FieldRows.h"
#include "ui/histories/splits/SplitWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

#include <system_error>
#include <tuple>

namespace nextquill::ui {

namespace {

struct NamedExport
{
    store::ExportFormat format;
    QString title;
    QString meaning;
    QString ending; ///< of the file's name; of a folder its own name's
    bool isFolder;
};

QList<NamedExport> exportFormats()
{
    return {{store::ExportFormat::Jsonl, QObject::tr("JSON lines"),
             QObject::tr("A review a line; imported again it gives the same reviews."),
             QStringLiteral(".jsonl"), false},
            {store::ExportFormat::Csv, QObject::tr("CSV"),
             QObject::tr("For spreadsheets: no cell is taken for a formula."),
             QStringLiteral(".csv"), false},
            {store::ExportFormat::Parquet, QObject::tr("Parquet"),
             QObject::tr("For DuckDB, pandas, Spark and their like."), QStringLiteral(".parquet"),
             false},
            {store::ExportFormat::HuggingFace, QObject::tr("Hugging Face folder"),
             QObject::tr("What datasets loads, with a data card."), QStringLiteral("-hf"), true},
            {store::ExportFormat::Lamp, QObject::tr("LaMP folder"),
             QObject::tr("Questions and outputs as the benchmark has them, with a data card."),
             QStringLiteral("-lamp"), true},
            {store::ExportFormat::LongLamp, QObject::tr("LongLaMP folder"),
             QObject::tr("Rows as the benchmark has them, with a data card."),
             QStringLiteral("-longlamp"), true}};
}

QStringList lampTaskTitles()
{
    return {QObject::tr("1: which of two items"),
            QObject::tr("2: tag of the description"),
            QObject::tr("3: rating of the text"),
            QObject::tr("4: headline of the text"),
            QObject::tr("5: title of the text"),
            QObject::tr("6: subject of the text"),
            QObject::tr("7: the text")};
}

QStringList longLampTaskTitles()
{
    return {QObject::tr("Product review"), QObject::tr("Abstract generation"),
            QObject::tr("Topic writing")};
}

// Kinds of what can be written, kept with its name in the box.
constexpr int kindRole = Qt::UserRole;
constexpr int nameRole = Qt::UserRole + 1;
enum Kind { AllReviews, OfSplit, OfFunnel, OfSelection };

QString exportedInWords(const store::ExportResult& result, const std::filesystem::path& to)
{
    QString text = QObject::tr("%Ln row(s) written to %1.", "", forPlural(result.rows))
                       .arg(shownPath(to.filename()));
    if (result.leftOut > 0) {
        text += QLatin1Char(' ') +
                QObject::tr("%Ln target(s) left out for want of what the task asks for.", "",
                            forPlural(result.leftOut));
    }
    return text;
}

} // namespace

ExportDialog::ExportDialog(ProjectSession& session, QWidget* parent)
    : QDialog{parent}
    , m_session{session}
    , m_form{new FieldRows{this}}
    , m_format{new QComboBox{this}}
    , m_meaning{new QLabel{this}}
    , m_what{new QComboBox{this}}
    , m_parts{new QComboBox{this}}
    , m_task{new QComboBox{this}}
    , m_longTask{new QComboBox{this}}
    , m_columns{new QWidget{this}}
    , m_excluded{new QCheckBox{tr("E&xcluded reviews, too, marked as such"), this}}
    , m_pseudonyms{new QCheckBox{tr("&Pseudonyms in place of user names"), this}}
    , m_privacy{new QLabel{this}}
    , m_to{new QLineEdit{this}}
    , m_problem{new QLabel{this}}
    , m_export{new QPushButton{tr("&Export"), this}}
{
    setWindowTitle(tr("Export reviews"));
    resize(640, 420);
    createColumns();
    createFields();
    m_export->setObjectName(QStringLiteral("export"));
    m_export->setDefault(true);
    m_export->setProperty("role", QStringLiteral("primary"));
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Cancel, this};
    buttons->addButton(m_export, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &ExportDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_form);
    layout->addStretch(1);
    layout->addWidget(m_problem);
    layout->addWidget(buttons);
    showNames();
    showFieldsOfFormat();
    loadNames();
}

void ExportDialog::createFields()
{
    m_format->setObjectName(QStringLiteral("exportFormat"));
    for (const NamedExport& format : exportFormats()) {
        m_format->addItem(format.title);
    }
    m_what->setObjectName(QStringLiteral("exportWhat"));
    m_parts->setObjectName(QStringLiteral("exportParts"));
    m_parts->addItems({tr("All parts"), tr("Train"), tr("Validation"), tr("Test")});
    m_task->setObjectName(QStringLiteral("exportTask"));
    m_task->addItems(lampTaskTitles());
    m_task->setCurrentIndex(m_task->count() - 1);
    m_longTask->setObjectName(QStringLiteral("exportLongTask"));
    m_longTask->addItems(longLampTaskTitles());
    m_excluded->setObjectName(QStringLiteral("exportExcluded"));
    m_pseudonyms->setObjectName(QStringLiteral("exportPseudonyms"));
    m_to->setObjectName(QStringLiteral("exportTo"));
    m_problem->setObjectName(QStringLiteral("exportProblem"));
    m_problem->setProperty("role", QStringLiteral("error"));
    for (QLabel* const label : {m_meaning, m_privacy, m_problem}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_meaning->setProperty("role", QStringLiteral("muted"));
    m_privacy->setProperty("role", QStringLiteral("muted"));
    m_privacy->setText(tr("A key in the project's folder tells which user has which pseudonym. "
                          "Texts stay as they were written and may name people."));
    auto* browse = new QPushButton{tr("&Browse…"), this};
    connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
    auto* placeRow = new QWidget{this};
    auto* place = new QHBoxLayout{placeRow};
    place->setContentsMargins(0, 0, 0, 0);
    place->addWidget(m_to, 1);
    place->addWidget(browse);
    m_form->add(tr("&Format"), m_format);
    m_form->add({}, m_meaning);
    m_form->add(tr("&What"), m_what);
    m_form->add(tr("Pa&rts"), m_parts);
    m_form->add(tr("&Task"), m_task);
    m_form->add(tr("T&ask"), m_longTask);
    m_form->add(tr("&Columns"), m_columns);
    m_form->add({}, m_excluded);
    m_form->add({}, m_pseudonyms);
    m_form->add({}, m_privacy);
    m_form->add(tr("Write t&o"), placeRow);
    placeRow->setFocusProxy(m_to);
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::showFieldsOfFormat);
    connect(m_what, &QComboBox::currentIndexChanged, this, &ExportDialog::showFieldsOfFormat);
    connect(m_pseudonyms, &QCheckBox::toggled, m_privacy, &QLabel::setVisible);
    connect(m_to, &QLineEdit::textEdited, this, [this] { m_isChosen = true; });
    connect(m_to, &QLineEdit::textChanged, this, &ExportDialog::showProblem);
    m_privacy->hide();
}

void ExportDialog::createColumns()
{
    constexpr int columnsOfRow = 4;
    m_columns->setObjectName(QStringLiteral("exportColumns"));
    m_columns->setAccessibleName(tr("Columns"));
    auto* grid = new QGridLayout{m_columns};
    grid->setContentsMargins(0, 0, 0, 0);
    for (const std::string_view name : store::exportColumnNames()) {
        auto* box = new QCheckBox{shown(name), m_columns};
        box->setObjectName(QStringLiteral("column-") + shown(name));
        box->setChecked(true);
        connect(box, &QCheckBox::toggled, this, &ExportDialog::showProblem);
        const int place = static_cast<int>(m_columnBoxes.size());
        grid->addWidget(box, place / columnsOfRow, place % columnsOfRow);
        m_columnBoxes.push_back(box);
    }
    m_columns->setFocusProxy(m_columnBoxes.front());
}

void ExportDialog::loadNames()
{
    if (!m_session.isOpen()) {
        return;
    }
    auto* job = m_session.read(
        tr("Reading splits and funnels"), this, [](store::Project& project, StopToken, Progress&) {
            std::vector<std::string> splits;
            for (const store::Split& split : store::Splits{project}.all()) {
                splits.push_back(split.settings.name);
            }
            return std::pair{std::move(splits), store::Funnels{project}.all()};
        });
    connect(job, &Job::done, this, [this, job] {
        std::tie(m_splits, m_funnels) = job->takeValue();
        showNames();
    });
}

void ExportDialog::showNames()
{
    const auto add = [this](const QString& text, Kind kind, const std::string& name) {
        m_what->addItem(text);
        m_what->setItemData(m_what->count() - 1, kind, kindRole);
        m_what->setItemData(m_what->count() - 1, shown(name), nameRole);
    };
    m_what->clear();
    add(tr("All reviews that are not excluded"), AllReviews, {});
    if (m_selection) {
        add(m_offered, OfSelection, {});
    }
    for (const std::string& split : m_splits) {
        add(tr("Split %1").arg(shown(split)), OfSplit, split);
    }
    for (const store::Funnel& funnel : m_funnels) {
        add(tr("Funnel %1").arg(shown(funnel.name)), OfFunnel, funnel.name);
    }
    chooseWhat();
}

void ExportDialog::chooseWhat()
{
    if (const int found = m_what->findText(m_wanted); found >= 0) {
        m_what->setCurrentIndex(found);
    }
}

void ExportDialog::chooseSplit(const QString& split)
{
    m_wanted = tr("Split %1").arg(split);
    chooseWhat();
}

void ExportDialog::chooseFunnel(const QString& funnel)
{
    m_wanted = tr("Funnel %1").arg(funnel);
    chooseWhat();
}

void ExportDialog::offerSelection(const QString& name, const store::Selection& selection)
{
    m_offered = name;
    m_wanted = name;
    m_selection = selection;
    showNames();
}

store::ExportFormat ExportDialog::format() const
{
    return exportFormats().at(m_format->currentIndex()).format;
}

bool ExportDialog::isFolder() const
{
    return exportFormats().at(m_format->currentIndex()).isFolder;
}

void ExportDialog::showFieldsOfFormat()
{
    m_meaning->setText(exportFormats().at(m_format->currentIndex()).meaning);
    const int kind = m_what->currentData(kindRole).toInt();
    m_form->setRowVisible(m_parts, kind == OfSplit);
    m_form->setRowVisible(m_task, format() == store::ExportFormat::Lamp);
    m_form->setRowVisible(m_longTask, format() == store::ExportFormat::LongLamp);
    m_form->setRowVisible(m_columns, !isFolder());
    m_form->setRowVisible(m_excluded, (kind == AllReviews || kind == OfSelection) && !isFolder());
    m_columnBoxes.back()->setVisible(kind == OfSplit); // the part, of a split's examples alone
    suggestTarget();
}

void ExportDialog::suggestTarget()
{
    if (!m_isChosen && m_session.isOpen()) {
        const QString name = m_what->currentData(nameRole).toString();
        const QString stem =
            name.isEmpty() ? m_session.name() : m_session.name() + QLatin1Char('-') + name;
        QString file = stem + exportFormats().at(m_format->currentIndex()).ending;
        file.replace(QLatin1Char('/'), QLatin1Char('_'));
        m_to->setText(shownPath(m_session.file().parent_path() / pathOf(file)));
    }
    showProblem();
}

void ExportDialog::showProblem()
{
    QString problem;
    std::error_code failed;
    if (m_to->text().trimmed().isEmpty()) {
        problem = tr("Say where to write it.");
    } else if (std::filesystem::exists(target(), failed)) {
        problem = isFolder() ? tr("There is something of that name: an export that stands there is "
                                  "replaced, nothing else is.")
                             : tr("There is a file of that name: it is replaced.");
    }
    const bool hasColumns = isFolder() || !settings().columns.empty();
    if (!hasColumns) {
        problem = tr("Choose a column.");
    }
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    m_export->setEnabled(hasColumns && !m_to->text().trimmed().isEmpty() && m_session.isOpen());
}

void ExportDialog::browse()
{
    const QString chosen = QFileDialog::getSaveFileName(this, windowTitle(), m_to->text(), {},
                                                        nullptr, QFileDialog::DontConfirmOverwrite);
    if (!chosen.isEmpty()) {
        m_isChosen = true;
        m_to->setText(chosen);
    }
}

std::filesystem::path ExportDialog::target() const
{
    return pathOf(m_to->text().trimmed());
}

store::ExportSettings ExportDialog::settings() const
{
    store::ExportSettings settings{
        .format = format(),
        .lampTask = m_task->currentIndex() + 1,
        .longLampTask = static_cast<store::LongLampTask>(m_longTask->currentIndex())};
    settings.replace = true; // said before, and never anything but an export's folder
    const std::string name = stored(m_what->currentData(nameRole).toString());
    const int kind = m_what->currentData(kindRole).toInt();
    if (kind == OfSplit) {
        settings.split = name;
        if (const int part = m_parts->currentIndex(); part > 0) {
            settings.parts.push_back(static_cast<store::SplitPart>(part - 1));
        }
    } else if (kind == OfFunnel) {
        settings.funnel = store::Funnel{.name = name, .steps = {}};
    } else {
        if (kind == OfSelection) {
            settings.selection = m_selection;
        }
        settings.filter.withExcluded = m_excluded->isChecked() && !isFolder();
    }
    for (const QCheckBox* const box : m_columnBoxes) {
        const bool isOffered = box != m_columnBoxes.back() || kind == OfSplit;
        if (!isFolder() && isOffered && box->isChecked()) {
            settings.columns.push_back(stored(box->text()));
        }
    }
    return settings;
}

void ExportDialog::start(ProjectSession& session, const std::filesystem::path& to,
                         const store::ExportSettings& settings, bool pseudonyms)
{
    auto* job = session.read(
        tr("Exporting to %1").arg(shownPath(to.filename())), &session,
        [to, settings, pseudonyms](store::Project& project, StopToken stop, Progress& progress) {
            store::ExportSettings whole = settings;
            if (pseudonyms) {
                whole.pseudonymKey = store::pseudonymKeyOf(project);
            }
            if (whole.funnel) {
                whole.funnel = store::Funnels{project}.find(whole.funnel->name);
            }
            return store::exportReviews(project, to, whole, stop, progress);
        });
    session.track(job);
    QObject::connect(job, &Job::done, &session, [&session, job, to] {
        Q_EMIT session.noticed(exportedInWords(job->takeValue(), to), tr("Show"), [to] {
            QDesktopServices::openUrl(QUrl::fromLocalFile(shownPath(to.parent_path())));
        });
    });
}

void ExportDialog::accept()
{
    start(m_session, target(), settings(), m_pseudonyms->isChecked());
    QDialog::accept();
}

} // namespace nextquill::ui
