// SPDX-License-Identifier: GPL-3.0-or-later
//
// Walks the real window through a project and saves a picture of every place in both themes, of
// workspaces in two sizes. docs/screenshots/take prepares the project.
#include "core/store/Histories.h"
#include "core/store/Project.h"

#include "ui/compare/CompareColumn.h"
#include "ui/compare/CompareView.h"
#include "ui/histories/HistoriesView.h"
#include "ui/histories/SimilarDialog.h"
#include "ui/histories/TablesPlace.h"
#include "ui/histories/import/ImportDialog.h"
#include "ui/histories/privacy/OverviewTab.h"
#include "ui/histories/prompt/PromptTab.h"
#include "ui/histories/splits/ExportDialog.h"
#include "ui/histories/table/FilterField.h"
#include "ui/histories/table/HistoryTable.h"
#include "ui/histories/table/HistoryTableModel.h"
#include "ui/histories/table/TableGrid.h"
#include "ui/inspect/AlongTraining.h"
#include "ui/inspect/ControlsPane.h"
#include "ui/inspect/EffectMatrix.h"
#include "ui/inspect/InspectView.h"
#include "ui/inspect/ModelStack.h"
#include "ui/inspect/PastTextsPane.h"
#include "ui/inspect/SummaryPane.h"
#include "ui/inspect/WhatIfPane.h"
#include "ui/inspect/dataset/DatasetPane.h"
#include "ui/models/DropFrame.h"
#include "ui/models/ModelFetches.h"
#include "ui/models/ModelsView.h"
#include "ui/models/RemoveQuestion.h"
#include "ui/project/ExamplePicker.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/runs/NewRunDialog.h"
#include "ui/runs/RunWatch.h"
#include "ui/runs/RunsView.h"
#include "ui/shell/MainWindow.h"
#include "ui/widgets/EnglishPlurals.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/ProgressLine.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenView.h"

#include "tests/support/HubServer.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QCommandLineParser>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPixmap>
#include <QPushButton>
#include <QSettings>
#include <QSlider>
#include <QSpinBox>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>

namespace nextquill::ui {
namespace {

class Photographer
{
public:
    Photographer(Theme& theme, MainWindow& window, QString folder)
        : m_theme{theme}
        , m_window{window}
        , m_folder{std::move(folder)}
    {
    }

    /// A workspace: both themes, both sizes.
    void takeAll(const QString& name) { take(name, {small, {1920, 1080}}, &m_window); }
    /// Anything else: both themes in the small window.
    void takeSmall(const QString& name) { take(name, {small}, &m_window); }
    void takeDialog(const QString& name, QWidget* dialog) { take(name, {small}, dialog); }

    template<typename Widget>
    Widget& find(const char* name)
    {
        auto* widget = m_window.findChild<Widget*>(QString::fromLatin1(name));
        if (!widget) {
            throw std::runtime_error{std::string{"no widget "} + name};
        }
        return *widget;
    }

    void wait(const char* what, const std::function<bool()>& condition)
    {
        constexpr int patience = 1'800'000; // milliseconds; the machine may be busy
        if (!QTest::qWaitFor(condition, patience)) {
            const QString file = m_folder + QStringLiteral("/failed.png");
            m_window.grab().save(file);
            throw std::runtime_error{std::string{"waited in vain for "} + what + ", see " +
                                     file.toStdString()};
        }
    }

private:
    static constexpr QSize small{1280, 800};

    void take(const QString& name, const QList<QSize>& sizes, QWidget* what)
    {
        for (const ThemeChoice theme : {ThemeChoice::Light, ThemeChoice::Dark}) {
            m_theme.apply(theme);
            for (const QSize size : sizes) {
                m_window.resize(size);
                QTest::qWait(300);
                const QString file = QStringLiteral("%1/%2-%3-%4x%5.png")
                                         .arg(m_folder, name,
                                              theme == ThemeChoice::Light ? QStringLiteral("light")
                                                                          : QStringLiteral("dark"))
                                         .arg(size.width())
                                         .arg(size.height());
                if (!what->grab().save(file)) {
                    throw std::runtime_error{"cannot write " + file.toStdString()};
                }
                std::puts(qPrintable(file));
            }
        }
    }

    Theme& m_theme;
    MainWindow& m_window;
    QString m_folder;
};

void openProject(Photographer& camera, MainWindow& window, const QString& file)
{
    QFile::remove(file + QStringLiteral(".d/window.json")); // not where the last walk ended
    window.openFile(file.toStdString());
    camera.wait("the project", [&] { return window.session().isOpen(); });
    camera.find<MessageBar>("messageBar").closeMessage(); // of runs that wait
}

void takeHistories(Photographer& camera, MainWindow& window)
{
    window.showPlace(0);
    camera.wait("reviews",
                [&] { return camera.find<QTableView>("reviews").model()->rowCount() > 0; });
    camera.wait("texts",
                [&] { return camera.find<QListView>("timeline").model()->rowCount() > 0; });
    camera.takeAll(QStringLiteral("histories"));
}

/// The tables: filtered and searched, with a filter that cannot be read, without a row left, users
/// and items.
void takeTables(Photographer& camera, MainWindow& window)
{
    window.showPlace(MainWindow::Histories);
    HistoriesView& histories = window.histories();
    HistoryTable& reviews = histories.table(store::TableKind::Reviews);
    const auto settled = [&](HistoryTable& table) {
        camera.wait("rows", [&] { return table.model().rowCount() > 0; });
        camera.wait("an answer", [&] { return !table.model().isAsking(); });
        QTest::qWait(1500); // distributions, the timeline
    };
    histories.showTab(&reviews);
    histories.showFilter(QStringLiteral("rating:5 words:20.. search:great"));
    settled(reviews);
    camera.takeAll(QStringLiteral("histories-filter"));
    auto& field = camera.find<FilterField>("reviews.words.filter");
    field.setFocus();
    field.selectAll();
    QTest::keyClicks(&field, QStringLiteral("20...x"));
    QTest::keyClick(&field, Qt::Key_Return);
    camera.takeSmall(QStringLiteral("histories-error"));
    histories.showFilter(QStringLiteral("rating:5 words:20.. title:xylophonically"));
    camera.wait("no row",
                [&] { return reviews.model().rowCount() == 0 && !reviews.model().isAsking(); });
    QTest::qWait(500);
    camera.takeSmall(QStringLiteral("histories-none"));
    histories.showFilter(QStringLiteral("rating:5"));
    settled(reviews);
    Q_EMIT window.findChild<TablesPlace*>()->similarWanted(reviews.currentRow());
    auto* const similar = window.findChild<SimilarDialog*>();
    camera.wait("similar reviews",
                [&] { return camera.find<QTableWidget>("similarRows").rowCount() > 0; });
    camera.takeDialog(QStringLiteral("similar"), similar);
    similar->reject();
    histories.exportReviews();
    auto* const exporting = window.findChild<ExportDialog*>();
    QTest::qWait(1000); // the names of splits
    camera.find<QLineEdit>("exportTo").setText(QStringLiteral("music-study.jsonl"));
    camera.takeDialog(QStringLiteral("export"), exporting);
    exporting->reject();
    reviews.grid().setCurrentIndex(reviews.model().index(0, reviews.model().columnNumber("words")));
    reviews.grid().setFocus();
    reviews.grid().selectAll();
    QTest::qWait(3000); // figures
    camera.takeSmall(QStringLiteral("histories-everything"));
    histories.showFilter({});
    for (const store::TableKind kind : {store::TableKind::Users, store::TableKind::Items}) {
        histories.showTab(&histories.table(kind));
        settled(histories.table(kind));
        camera.takeSmall(kind == store::TableKind::Users ? QStringLiteral("histories-users")
                                                         : QStringLiteral("histories-items"));
    }
    histories.showTab(&reviews);
}

/// Until nothing is under way in what is seen; `first` presses a button of it that begins.
void finishWork(Photographer& camera, QWidget& place, const char* first = nullptr)
{
    if (first != nullptr) {
        auto& button = camera.find<QPushButton>(first);
        camera.wait(first, [&] { return button.isEnabled(); });
        button.click();
    }
    QTest::qWait(1000); // some begin after a moment
    camera.wait("the end of the work", [&] {
        const auto lines = place.findChildren<ProgressLine*>();
        return std::none_of(lines.begin(), lines.end(),
                            [](const ProgressLine* line) { return line->isVisible(); });
    });
    QTest::qWait(500);
}

/// All else that Histories has: distributions, texts and a user's style, splits, a prompt,
/// duplicates, leaks, personal data, rejected lines, and the steps of curation.
void takeTabs(Photographer& camera, MainWindow& window, ExampleId example)
{
    window.showPlace(MainWindow::Histories);
    auto& tabs = camera.find<QTabBar>("historiesTabs");
    const auto show = [&](const QString& title) -> QWidget& {
        for (int number = 0; number < tabs.count(); ++number) {
            if (tabs.tabText(number) == title) {
                tabs.setCurrentIndex(number);
            }
        }
        QTest::qWait(500);
        return window.histories();
    };
    QWidget& place = show(QStringLiteral("Overview"));
    auto& pages = camera.find<QTabWidget>("overviewPages");
    finishWork(camera, place);
    camera.takeSmall(QStringLiteral("overview-distributions"));
    pages.setCurrentIndex(1);
    finishWork(camera, place, "screen");
    camera.takeSmall(QStringLiteral("overview-texts"));
    const auto project = store::Project::open(window.session().file(), store::OpenMode::ReadOnly);
    const store::ExampleData data = store::Histories{*project}.example(example);
    window.findChild<OverviewTab*>()->showStyle(number(data.target.user));
    finishWork(camera, place);
    camera.takeSmall(QStringLiteral("overview-style"));

    show(QStringLiteral("Splits"));
    camera.takeSmall(QStringLiteral("splits"));
    show(QStringLiteral("Prompt"));
    auto* const prompt = window.findChild<PromptTab*>();
    camera.wait("models", [&] { return camera.find<ModelBox>("promptModel").count() > 1; });
    prompt->showExample(example);
    camera.wait("a prompt",
                [&] { return !camera.find<TokenView>("promptText").text().tokens.isEmpty(); });
    finishWork(camera, place);
    camera.takeSmall(QStringLiteral("prompt"));
    show(QStringLiteral("Duplicates"));
    finishWork(camera, place, "findDuplicates");
    camera.takeSmall(QStringLiteral("duplicates"));
    show(QStringLiteral("Leaks"));
    finishWork(camera, place, "lookForLeaks");
    camera.takeSmall(QStringLiteral("leaks"));
    show(QStringLiteral("Privacy"));
    finishWork(camera, place, "look");
    camera.takeSmall(QStringLiteral("privacy"));
    show(QStringLiteral("Rejects"));
    QTest::qWait(1000);
    camera.takeSmall(QStringLiteral("rejects"));
    show(QStringLiteral("Edit history"));
    QTest::qWait(1000);
    camera.takeSmall(QStringLiteral("edit-history"));
    tabs.setCurrentIndex(0);
}

void takeRuns(Photographer& camera, MainWindow& window)
{
    window.showPlace(1);
    camera.wait("runs", [&] { return camera.find<QTableView>("runList").model()->rowCount() > 0; });
    QTest::qWait(2000); // the follower reads the events
    camera.takeAll(QStringLiteral("runs"));
    window.runs().newRun();
    auto* const dialog = window.runs().findChild<NewRunDialog*>();
    QTest::qWait(500);
    camera.takeDialog(QStringLiteral("new-run"), dialog);
    dialog->reject();
}

/// What a run's folder from elsewhere looks like: here one of the project's.
void takeWatch(Photographer& camera, MainWindow& window, const QString& project, const QString& run)
{
    window.runs().watchFolder(project.toStdString() + ".d/runs/" + run.toStdString());
    auto* const watch = window.findChild<RunWatch*>();
    QTest::qWait(1500); // the follower reads the events
    camera.takeDialog(QStringLiteral("watch-run"), watch);
    watch->reject();
}

/// The text along the run that made the model.
void takeTraining(Photographer& camera, MainWindow& window, const QString& run)
{
    auto& stack = *window.inspect().findChild<ModelStack*>();
    camera.find<QTabWidget>("inspectTabs").setCurrentWidget(&stack);
    AlongTraining& training = stack.alongTraining();
    camera.wait("runs", [&] { return camera.find<QComboBox>("trainingRun").count() > 1; });
    training.chooseRun(run);
    training.measureAll();
    camera.wait("steps", [&] { return training.measuredSteps() == training.steps(); });
    camera.find<QSlider>("trainingStep").setFocus();
    camera.takeAll(QStringLiteral("inspect-training"));
    training.chooseRun({});
}

void takeInspect(Photographer& camera, MainWindow& window, ExampleId example, const QString& model)
{
    window.showPlace(2);
    auto& box = camera.find<ModelBox>("inspectModel");
    camera.wait("models", [&] { return box.count() > 1; });
    box.setModel(model);
    window.inspect().showExample(example);
    auto& text = camera.find<TokenView>("heatmap");
    camera.wait("effects", [&] { return !text.text().tokens.isEmpty(); });
    auto& past = camera.find<QTableView>("pastTexts");
    const QVariant before = past.model()->index(0, 0).data();
    camera.find<QPushButton>("attribute").click();
    camera.wait("attribution", [&] { return past.model()->index(0, 0).data() != before; });
    window.activateWindow();
    text.setFocus();
    text.setCurrentToken(0);
    QTest::keyClick(&text, Qt::Key_N); // the first token beyond the threshold
    camera.takeAll(QStringLiteral("inspect"));
    auto& tabs = camera.find<QTabWidget>("inspectTabs");
    const auto show = [&](QWidget* pane) { tabs.setCurrentWidget(pane); };
    QTest::keyClick(&text, Qt::Key_S); // the strongest past text by sentence
    camera.wait("sentences", [&] { return !window.inspect().inspection()->sentences.empty(); });
    camera.takeSmall(QStringLiteral("inspect-sentences"));
    QTest::keyClick(&text, Qt::Key_F);
    camera.wait("check", [&] { return window.inspect().inspection()->faithfulness.has_value(); });
    show(window.inspect().findChild<EffectMatrix*>());
    QTest::keyClick(&text, Qt::Key_1); // shaded by the newest past text
    camera.takeSmall(QStringLiteral("inspect-matrix"));
    QTest::keyClick(&text, Qt::Key_Escape);
    show(window.inspect().findChild<ControlsPane*>());
    camera.find<QSpinBox>("placebos").setValue(6);
    camera.find<QSpinBox>("resamples").setValue(6);
    QTest::mouseClick(&camera.find<QPushButton>("measureControls"), Qt::LeftButton);
    camera.wait("controls", [&] { return window.inspect().inspection()->controls.has_value(); });
    camera.takeSmall(QStringLiteral("inspect-placebo"));
    text.setFocus();
    QTest::keyClick(&text, Qt::Key_W); // words, with the signs of the controls
    camera.takeSmall(QStringLiteral("inspect-words"));
    QTest::keyClick(&text, Qt::Key_W);
    QTest::keyClick(&text, Qt::Key_W);
    show(window.inspect().findChild<WhatIfPane*>());
    camera.takeSmall(QStringLiteral("inspect-what-if"));
    show(window.inspect().findChild<SummaryPane*>());
    auto& strength = camera.find<QPushButton>("findStrength");
    strength.click();
    camera.wait("strength", [&] {
        return camera.find<QTextBrowser>("summarySentences")
            .toPlainText()
            .contains(QStringLiteral("likeliest strength of the history"));
    });
    camera.takeAll(QStringLiteral("inspect-summary"));
    takeTraining(camera, window, model);
    auto& dataset = *window.inspect().findChild<DatasetPane*>();
    show(&dataset);
    auto& ofDataset = *dataset.findChild<ModelBox*>();
    ofDataset.setModel(model);
    Q_EMIT ofDataset.modelChosen(model);
    camera.wait("kept effects",
                [&] { return camera.find<QTableView>("datasetPositions").isVisible(); });
    camera.find<QTabWidget>("datasetTabs").setCurrentIndex(2);
    camera.takeAll(QStringLiteral("inspect-data-set"));
    show(window.inspect().findChild<PastTextsPane*>());
}

void takeCompare(Photographer& camera, MainWindow& window, ExampleId example, const QString& model)
{
    window.showPlace(3);
    camera.find<ModelBox>("personalModel").setModel(model);
    camera.find<QSpinBox>("length").setValue(100);
    window.compare().showExample(example);
    const auto* const picker = window.compare().findChild<ExamplePicker*>();
    camera.wait("the chosen text", [&] { return picker->current() == example; });
    QTest::qWait(1000); // the user's own text is read
    QTest::mouseClick(&camera.find<QPushButton>("generate"), Qt::LeftButton);
    camera.wait("three texts", [&] {
        return !camera.find<CompareColumn>("column2").view().text().tokens.isEmpty();
    });
    QTest::qWait(500);
    camera.takeAll(QStringLiteral("compare"));
}

/// A hub of this machine whose models stop half-way, so that they stand still for a picture.
void fillHub(testing::HubServer& hub)
{
    constexpr std::size_t weights = 60'000'000;
    for (const char* name : {"example/reviewer-1b", "example/writer-360m"}) {
        hub.add(name, {{"config.json", "{}"},
                       {"tokenizer.json", "{\"model\": {}}"},
                       {"model.safetensors", std::string(weights, 'w')}});
    }
    hub.fail("example/gated-8b", {.status = 403, .headers = "X-Error-Code: GatedRepo\r\n"});
    hub.fail("model.safetensors", {}); // the redirect
    hub.fail("model.safetensors", {.holdAfter = weights / 3});
}

void askHubFor(Photographer& camera, const QString& name)
{
    auto& line = camera.find<QLineEdit>("hubName");
    line.setText(name);
    QTest::keyClick(&line, Qt::Key_Return);
}

void takeModels(Photographer& camera, MainWindow& window)
{
    window.showPlace(MainWindow::Models);
    auto& list = camera.find<QTableView>("modelList");
    const auto looksDone = [&] {
        const auto& model = *list.model();
        for (int row = 0; row < model.rowCount(); ++row) {
            if (model.index(row, 3).data().toString() == QStringLiteral("…")) {
                return false;
            }
        }
        return model.rowCount() > 0;
    };
    camera.wait("models", looksDone);
    list.selectRow(list.model()->rowCount() - 1); // the demo's, which the runs were trained on
    list.setFocus();
    auto& state = camera.find<QLabel>("modelState");
    QTest::mouseClick(&camera.find<QPushButton>("verifyModel"), Qt::LeftButton);
    camera.wait("a self-check", [&] { return state.text().startsWith(QStringLiteral("Ver")); });
    camera.find<MessageBar>("messageBar").closeMessage();
    camera.takeAll(QStringLiteral("models"));

    window.models().findChild<DropFrame*>()->cover();
    camera.takeSmall(QStringLiteral("models-drop"));
    window.models().findChild<DropFrame*>()->hide();

    list.selectRow(0); // the demo's is not removed
    QTest::mouseClick(&camera.find<QPushButton>("removeModel"), Qt::LeftButton);
    camera.wait("the question", [&] {
        auto* const asked = window.findChild<RemoveQuestion*>();
        return asked != nullptr && asked->isVisible();
    });
    auto& question = camera.find<RemoveQuestion>("removeQuestion");
    question.findChild<QCheckBox*>()->setChecked(true);
    camera.takeDialog(QStringLiteral("remove-model"), &question);
    question.reject();
}

void takeFetches(Photographer& camera, MainWindow& window, testing::HubServer& hub)
{
    askHubFor(camera, QStringLiteral("example/gated-8b"));
    camera.wait("a refusal", [&] { return hub.count("gated") > 0; });
    QTest::qWait(500);
    askHubFor(camera, QStringLiteral("example/reviewer-1b"));
    askHubFor(camera, QStringLiteral("example/writer-360m"));
    hub.waitUntilHeld();
    QTest::qWait(1000);
    camera.takeAll(QStringLiteral("models-fetch"));
    ModelFetches& fetches = window.models().fetches();
    while (!fetches.all().empty()) {
        fetches.cancel(fetches.all().back().id);
        QTest::qWait(200);
    }
    camera.find<MessageBar>("messageBar").closeMessage();
}

/// A table whose columns nobody knows beforehand.
void takeImport(Photographer& camera, MainWindow& window, const QString& folder)
{
    QFile file{folder + QStringLiteral("/club.csv")};
    const QByteArray rows = "member;what they wrote;book;stars;day\n"
                            "anna;\"A quiet book; I read it twice and lent it to my sister.\";The "
                            "Salt Road;5;2023-02-11\n"
                            "anna;Too long by a third.;Winter Orchard;3;2023-03-02\n"
                            "boris;The maps alone are worth it.;The Salt Road;4;2023-02-19\n";
    if (!file.open(QIODevice::WriteOnly) || file.write(rows) < 0) {
        throw std::runtime_error{"cannot write a table"};
    }
    file.close();
    window.showPlace(MainWindow::Histories);
    window.histories().importFiles({file.fileName().toStdString()});
    auto* const dialog = window.findChild<ImportDialog*>();
    QTest::qWait(1000); // the first lines are read
    camera.takeDialog(QStringLiteral("import"), dialog);
    dialog->reject();
}

void takeEmptyAndWrong(Photographer& camera, MainWindow& window, const QString& folder)
{
    const QString empty = folder + QStringLiteral("/new study.nextquill");
    static_cast<void>(store::Project::create(empty.toStdString()));
    openProject(camera, window, empty);
    for (const char* const variable : {"XDG_DATA_HOME", "HF_HOME", "NEXTQUILL_DEMO_MODEL"}) {
        qputenv(variable, (folder + QStringLiteral("/nothing")).toUtf8()); // nor a model
    }
    const char* const names[] = {"empty-histories", "empty-runs", "empty-inspect", "empty-compare",
                                 "empty-models"};
    for (int place = MainWindow::Histories; place <= MainWindow::Models; ++place) {
        window.showPlace(place);
        QTest::qWait(500);
        camera.takeSmall(QString::fromLatin1(names[place]));
    }
    window.showPlace(0);
    const QString letter = folder + QStringLiteral("/letter.nextquill");
    QFile file{letter};
    if (!file.open(QIODevice::WriteOnly) || file.write("Dear Sir or Madam,") < 0) {
        throw std::runtime_error{"cannot write " + letter.toStdString()};
    }
    file.close();
    window.openFile(letter.toStdString());
    camera.wait("the message", [&] { return camera.find<QWidget>("messageBar").isVisible(); });
    camera.takeSmall(QStringLiteral("error"));
}

int run(QApplication& application)
{
    QCommandLineParser parser;
    parser.addPositionalArgument(QStringLiteral("PROJECT"), QStringLiteral("with a finished run"));
    parser.addPositionalArgument(QStringLiteral("EXAMPLE"), QStringLiteral("id of a review"));
    parser.addPositionalArgument(QStringLiteral("MODEL"), QStringLiteral("a run's name"));
    parser.addPositionalArgument(QStringLiteral("FOLDER"), QStringLiteral("for the pictures"));
    const QCommandLineOption onlyOption{QStringLiteral("only"),
                                        QStringLiteral("Only this scene; may stand several times"),
                                        QStringLiteral("SCENE")};
    parser.addOption(onlyOption);
    parser.process(application);
    const QStringList arguments = parser.positionalArguments();
    if (arguments.size() != 4) {
        parser.showHelp(2);
    }
    EnglishPlurals plurals;
    QApplication::installTranslator(&plurals);
    const QTemporaryDir folder;
    testing::HubServer hub;
    fillHub(hub);
    qputenv("HF_ENDPOINT", hub.endpoint().c_str());
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    Theme theme{application};
    theme.apply(ThemeChoice::Light);
    MainWindow window{theme};
    window.show();
    Photographer camera{theme, window, arguments[3]};
    const ExampleId example{arguments[1].toLongLong()};
    const std::pair<const char*, std::function<void()>> scenes[] = {
        {"histories", [&] { takeHistories(camera, window); }},
        {"tables", [&] { takeTables(camera, window); }},
        {"tabs", [&] { takeTabs(camera, window, example); }},
        {"runs", [&] { takeRuns(camera, window); }},
        {"watch", [&] { takeWatch(camera, window, arguments[0], arguments[2]); }},
        {"inspect", [&] { takeInspect(camera, window, example, arguments[2]); }},
        {"compare", [&] { takeCompare(camera, window, example, arguments[2]); }},
        {"import", [&] { takeImport(camera, window, folder.path()); }},
        {"models", [&] { takeModels(camera, window); }},
        {"fetches", [&] { takeFetches(camera, window, hub); }},
        {"empty", [&] { takeEmptyAndWrong(camera, window, folder.path()); }}};
    camera.takeSmall(QStringLiteral("welcome"));
    openProject(camera, window, arguments[0]);
    const QStringList only = parser.values(onlyOption);
    for (const auto& [name, take] : scenes) {
        if (only.isEmpty() || only.contains(QString::fromLatin1(name))) {
            take();
        }
    }
    return 0;
}

} // namespace
} // namespace nextquill::ui

int main(int argc, char** argv)
{
    QApplication application{argc, argv};
    QApplication::setOrganizationName(QStringLiteral("nextquill"));
    QApplication::setApplicationName(QStringLiteral("workbench"));
    try {
        return nextquill::ui::run(application);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "take_screenshots: %s\n", error.what());
        return 1;
    }
}
