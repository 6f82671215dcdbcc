// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Models place as its user walks through it: dropping, adding, the card, self-check, removal.
#include "tests/ui/shell/ModelsWalk.h"

#include "core/base/AtomicFile.h"
#include "core/store/RunLedger.h"
#include "core/workflow/VerifiedModels.h"

#include "ui/inspect/InspectView.h"
#include "ui/models/DropFrame.h"
#include "ui/models/RemoveQuestion.h"
#include "ui/project/ModelBox.h"
#include "ui/runs/NewRunDialog.h"
#include "ui/runs/RunsView.h"
#include "ui/widgets/EmptyState.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDropEvent>
#include <QFileDialog>
#include <QLineEdit>
#include <QProcess>

#include <fstream>
#include <gmock/gmock.h>

namespace nextquill::ui {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;

class ModelsPlace : public ModelsWalk
{
protected:
    static std::unique_ptr<QMimeData> dragged(const std::vector<fs::path>& paths)
    {
        auto data = std::make_unique<QMimeData>();
        QList<QUrl> urls;
        for (const fs::path& path : paths) {
            urls << QUrl::fromLocalFile(QString::fromStdString(path.string()));
        }
        data->setUrls(urls);
        return data;
    }
    static void enter(QWidget& on, const QMimeData& data)
    {
        QDragEnterEvent event{QPoint{50, 50}, Qt::CopyAction, &data, Qt::LeftButton,
                              Qt::NoModifier};
        QCoreApplication::sendEvent(&on, &event);
    }
    static void drop(QWidget& on, const QMimeData& data)
    {
        enter(on, data);
        QDropEvent event{QPointF{50, 50}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier};
        QCoreApplication::sendEvent(&on, &event);
    }
    RemoveQuestion& question()
    {
        RemoveQuestion* asked = nullptr;
        static_cast<void>(waitFor([&] {
            for (auto* each : m_window->findChildren<RemoveQuestion*>()) {
                asked = each->isVisible() ? each : asked;
            }
            return asked != nullptr;
        }));
        if (asked == nullptr) {
            throw std::runtime_error{"nothing was asked"};
        }
        return *asked;
    }
    static QPushButton& choice(QMessageBox& question, const QString& text)
    {
        for (QAbstractButton* each : question.buttons()) {
            if (QString{each->text()}.remove(QLatin1Char('&')) == text) {
                return *qobject_cast<QPushButton*>(each);
            }
        }
        throw std::runtime_error{"the question has no button " + text.toStdString()};
    }
    void expectStays(const fs::path& model) const
    {
        EXPECT_TRUE(fs::exists(model / "model.safetensors"));
        EXPECT_TRUE(fs::exists(model / "config.json"));
    }
};

TEST_F(ModelsPlace, IsEmptyWithoutAProjectAndSaysWhatToDo)
{
    EXPECT_FALSE(m_window->session().isOpen());
    ASSERT_TRUE(
        waitFor([this] { return m_window->models().findChild<EmptyState*>()->isVisible(); }));
    auto* place = m_window->models().findChild<EmptyState*>();
    QStringList texts;
    for (const QLabel* label : place->findChildren<QLabel*>()) {
        texts << label->text();
    }
    EXPECT_TRUE(texts.contains(QStringLiteral("No models yet")));
    QTest::keyClick(m_window.get(), Qt::Key_1, Qt::ControlModifier);
    EXPECT_TRUE(waitFor([this] { return !m_window->models().isVisible(); })) << "no way back";
}

TEST_F(ModelsPlace, TakesSeveralModelsThatAreDroppedAndShowsWhereTheyFall)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    NEXTQUILL_NEED_SHARED(llama, "fixtures/models/tiny-llama");
    const auto data = dragged({qwen, llama});
    auto* frame = m_window->models().findChild<DropFrame*>();
    EXPECT_FALSE(frame->isVisible());
    enter(m_window->models(), *data);
    EXPECT_TRUE(frame->isVisible());
    QDragLeaveEvent leave;
    QCoreApplication::sendEvent(&m_window->models(), &leave);
    EXPECT_FALSE(frame->isVisible());
    enter(m_window->models(), *data);
    drop(m_window->models(), *data);
    EXPECT_FALSE(frame->isVisible());
    ASSERT_TRUE(shows(
        {QStringLiteral("tiny-llama: not verified"), QStringLiteral("tiny-qwen2: not verified")}));
    EXPECT_TRUE(says(QStringLiteral("Added: tiny-qwen2, tiny-llama.")));
    EXPECT_EQ(textOf("modelName"), QStringLiteral("tiny-qwen2")) << "the first of them is chosen";
    EXPECT_THAT(registered(), ElementsAre("tiny-llama", "tiny-qwen2"));
}

TEST_F(ModelsPlace, SaysTheCommandLinesWordsOfWhatIsNoModelAndTakesTheRest)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    const auto letter = m_folder.write("letter.txt", "Dear Sir or Madam,");
    const auto broken = m_folder.write("broken.gguf", "GGUF and no more");
    drop(m_window->models(), *dragged({letter, qwen, broken}));
    ASSERT_TRUE(says(QStringLiteral("Added: tiny-qwen2. This is no model. Name a Hugging Face "
                                    "folder or a .gguf file. 1 other(s)")));
    EXPECT_EQ(messages().kind(), MessageBar::Kind::Error);
    EXPECT_THAT(registered(), ElementsAre("tiny-qwen2"));
}

TEST_F(ModelsPlace, TakesAModelThatIsDroppedElsewhereOnTheWindow)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    m_window->showPlace(MainWindow::Start);
    drop(*m_window, *dragged({qwen}));
    EXPECT_TRUE(shows({QStringLiteral("tiny-qwen2: not verified")}));
    EXPECT_TRUE(m_window->models().isVisible());
}

TEST_F(ModelsPlace, TakesAGgufFileAndAnAdapterWhoseBaseIsHere)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    const fs::path gguf = m_folder / "tiny.gguf";
    QProcess exports;
    exports.start(QStringLiteral(NEXTQUILL_PROGRAM),
                  {QStringLiteral("model"), QStringLiteral("export"),
                   QString::fromStdString(qwen.string()), QStringLiteral("--to"),
                   QString::fromStdString(gguf.string()), QStringLiteral("--format"),
                   QStringLiteral("gguf"), QStringLiteral("--dtype"), QStringLiteral("f32")});
    ASSERT_TRUE(exports.waitForFinished());
    ASSERT_EQ(exports.exitCode(), 0) << exports.readAllStandardError().toStdString();
    const auto adapter = [this](const std::string& name, const std::string& base) {
        return m_folder
            .write(name + "/adapter_config.json",
                   R"({"peft_type": "LORA", "base_model_name_or_path": ")" + base + "\"}")
            .parent_path();
    };
    openSample();
    m_window->showPlace(MainWindow::Models);
    drop(m_window->models(),
         *dragged({gguf, adapter("tea", qwen.string()), adapter("lost", "/nowhere")}));
    ASSERT_TRUE(
        shows({QStringLiteral("tea: not verified"), QStringLiteral("tiny.gguf: not verified")}));
    EXPECT_TRUE(says(QStringLiteral("Added: tiny.gguf, tea.")));
    EXPECT_TRUE(messages().text().contains(QStringLiteral("/nowhere")))
        << messages().text().toStdString();
    EXPECT_TRUE(waitFor([this] { return card().contains(QStringLiteral("GGUF file")); }));
    EXPECT_TRUE(button("trainOn").isEnabled());
    list().selectRow(0);
    EXPECT_TRUE(card().contains(QStringLiteral("PEFT adapter on a Hugging Face folder")))
        << card().toStdString();
    EXPECT_TRUE(button("inspectWith").isEnabled());
    EXPECT_FALSE(button("trainOn").isEnabled()) << "a run needs a base";
}

TEST_F(ModelsPlace, HasItsCommandsInThePalette)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    addAndWait({qwen}, 1);
    m_window->showPlace(MainWindow::Start);
    m_window->showCommands();
    auto& words = find<QLineEdit>(QStringLiteral("paletteWords"));
    QTest::keyClicks(&words, QStringLiteral("remove the chosen"));
    QTest::keyClick(&words, Qt::Key_Return);
    EXPECT_EQ(question().text(), QStringLiteral("Remove tiny-qwen2?"));
    EXPECT_TRUE(m_window->models().isVisible());
    question().reject();
}

TEST_F(ModelsPlace, AddsAFolderByKeyboardAlone)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    QTest::keyClick(m_window.get(), Qt::Key_O, Qt::ControlModifier | Qt::ShiftModifier);
    ASSERT_TRUE(waitFor([this] { return m_window->findChild<QFileDialog*>() != nullptr; }));
    auto& dialog = find<QFileDialog>(QStringLiteral("chooseFolder"));
    dialog.setDirectory(QString::fromStdString(qwen.parent_path().string()));
    dialog.selectFile(QStringLiteral("tiny-qwen2"));
    Q_EMIT dialog.fileSelected(QString::fromStdString(qwen.string()));
    dialog.reject();
    EXPECT_TRUE(shows({QStringLiteral("tiny-qwen2: not verified")}));
}

TEST_F(ModelsPlace, GivesASecondModelOfTheSameNameANumber)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    fs::create_directories(m_folder / "other");
    const auto copy = copyOf(qwen, "other/tiny-qwen2");
    addAndWait({qwen, copy, qwen}, 2);
    EXPECT_THAT(registered(), ElementsAre("tiny-qwen2", "tiny-qwen2-2"));
    EXPECT_EQ(workflow::ModelRegistry{}.find("tiny-qwen2")->path, qwen);
}

TEST_F(ModelsPlace, TellsOnTheCardAllThatIsKnown)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    openSample();
    {
        const auto project = store::Project::open(m_project, store::OpenMode::ReadWrite);
        store::RunLedger{*project}.add("tea", {.objective = "sft", .model = qwen.string()});
    }
    m_window->showPlace(MainWindow::Models);
    addAndWait({qwen}, 1);
    ASSERT_TRUE(waitFor([this] { return card().contains(QStringLiteral("tea-1")); }))
        << card().toStdString();
    for (const char* words : {"tiny-qwen2", "Hugging Face folder", "your list", "qwen2", "million",
                              "512 tokens", "byte-level BPE", "chatml", "not stated", "to run",
                              "to train adapters", "to train all weights", "Never verified."}) {
        EXPECT_TRUE(card().contains(QString::fromLatin1(words), Qt::CaseInsensitive))
            << words << " is not in\n"
            << card().toStdString();
    }
    EXPECT_TRUE(card().contains(QString::fromStdString(qwen.string())));
}

TEST_F(ModelsPlace, SaysWhatIsWrongWithAModelThatIsDamagedOrGone)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    const auto copy = copyOf(qwen, "mine");
    addAndWait({copy}, 1);
    EXPECT_FALSE(find<QLabel>(QStringLiteral("modelProblems")).isVisible());
    std::ofstream{copy / "config.json"} << R"({"model_type": "teapot"})";
    QTest::keyClick(&list(), Qt::Key_F5);
    ASSERT_TRUE(shows({QStringLiteral("mine: cannot be used")}));
    EXPECT_TRUE(textOf("modelProblems").contains(QStringLiteral("teapot")))
        << textOf("modelProblems").toStdString();
    fs::remove_all(copy);
    QTest::keyClick(&list(), Qt::Key_F5);
    ASSERT_TRUE(shows({QStringLiteral("mine: missing")}));
    EXPECT_FALSE(button("verifyModel").isEnabled());
    EXPECT_TRUE(button("removeModel").isEnabled());
}

TEST_F(ModelsPlace, VerifiesByKeyboardAndRemembersWhatWasFound)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    const auto copy = copyOf(qwen, "mine");
    addAndWait({copy}, 1);
    QTest::keyClick(&list(), Qt::Key_V);
    ASSERT_TRUE(shows({QStringLiteral("mine: verified")}));
    EXPECT_TRUE(says(QStringLiteral("mine is sound.")));
    EXPECT_TRUE(textOf("modelState").startsWith(QStringLiteral("Verified on ")));
    EXPECT_TRUE(
        waitFor([this] { return card().contains(QStringLiteral("forward pass: finite")); }));
    fs::resize_file(copy / "tokenizer_config.json",
                    fs::file_size(copy / "tokenizer_config.json") - 1);
    QTest::keyClick(&list(), Qt::Key_F5);
    EXPECT_TRUE(waitFor(
        [this] { return !textOf("modelState").startsWith(QStringLiteral("Verified on ")); }));
}

TEST_F(ModelsPlace, SaysWhichCheckAModelFailed)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    const auto copy = copyOf(qwen, "mine");
    std::string bytes = readFile(copy / "model.safetensors");
    std::fill(bytes.end() - 64, bytes.end(), '\xff'); // no numbers any more
    std::ofstream{copy / "model.safetensors", std::ios::binary} << bytes;
    addAndWait({copy}, 1);
    button("verifyModel").setFocus();
    QTest::keyClick(&button("verifyModel"), Qt::Key_Space);
    ASSERT_TRUE(shows({QStringLiteral("mine: failed a check")}));
    EXPECT_TRUE(button("verifyModel").hasFocus()) << "where it was";
    EXPECT_TRUE(says(QStringLiteral("mine failed a check")));
    EXPECT_TRUE(waitFor([this] {
        return card().contains(QStringLiteral("a weight is no finite number"));
    })) << card().toStdString();
}

TEST_F(ModelsPlace, RemovesTheNameAloneUnlessAskedOtherwiseAndTakesItBack)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    const auto copy = copyOf(qwen, "mine");
    addAndWait({copy}, 1);
    QTest::keyClick(&list(), Qt::Key_Delete);
    EXPECT_EQ(question().defaultButton()->text(),
              choice(question(), QStringLiteral("Cancel")).text());
    QTest::keyClick(&question(), Qt::Key_Escape);
    EXPECT_THAT(registered(), ElementsAre("mine"));

    focusList();
    QTest::keyClick(&list(), Qt::Key_Delete);
    EXPECT_TRUE(question().informativeText().contains(QStringLiteral("No file is deleted")));
    QTest::keyClick(&choice(question(), QStringLiteral("Remove")), Qt::Key_Space);
    ASSERT_TRUE(shows({}));
    EXPECT_TRUE(says(QStringLiteral("Its files stay in")));
    expectStays(copy);
    for (QPushButton* undo : messages().findChildren<QPushButton*>()) {
        if (undo->text() == QStringLiteral("Undo")) {
            QTest::keyClick(undo, Qt::Key_Space);
        }
    }
    EXPECT_TRUE(shows({QStringLiteral("mine: not verified")}));
}

TEST_F(ModelsPlace, DeletesTheModelsFilesAndNoOthersWhenThatIsTicked)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    const auto copy = copyOf(qwen, "mine");
    m_folder.write("mine/notes.txt", "mine");
    addAndWait({copy}, 1);
    QTest::mouseClick(&button("removeModel"), Qt::LeftButton);
    RemoveQuestion& asked = question();
    EXPECT_TRUE(asked.detailedText().contains(QStringLiteral("model.safetensors")));
    EXPECT_FALSE(asked.detailedText().contains(QStringLiteral("notes.txt")));
    auto& also = find<QCheckBox>(QStringLiteral("deleteFiles"), &asked);
    EXPECT_FALSE(also.isChecked());
    QTest::keyClick(&also, Qt::Key_Space);
    EXPECT_TRUE(asked.informativeText().contains(QStringLiteral("5 file(s)")))
        << asked.informativeText().toStdString();
    QTest::mouseClick(&choice(asked, QStringLiteral("Remove and delete files")), Qt::LeftButton);
    ASSERT_TRUE(shows({}));
    EXPECT_FALSE(fs::exists(copy / "model.safetensors"));
    EXPECT_EQ(readFile(copy / "notes.txt"), "mine");
}

TEST_F(ModelsPlace, IsUsedInInspectInRunsAndInEveryModelBox)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    addAndWait({qwen}, 1);
    EXPECT_FALSE(button("inspectWith").isEnabled()) << "there is no project";
    EXPECT_EQ(button("inspectWith").toolTip(), QStringLiteral("Open a project first"));
    openSample();
    auto& box = find<ModelBox>(QStringLiteral("inspectModel"));
    ASSERT_TRUE(waitFor([&] { return box.findData(QStringLiteral("tiny-qwen2")) >= 0; }));
    m_window->showPlace(MainWindow::Models);
    ASSERT_TRUE(waitFor([this] { return button("inspectWith").isEnabled(); }));
    list().setFocus();
    QTest::keyClick(&list(), Qt::Key_Return);
    EXPECT_TRUE(m_window->inspect().isVisible());
    EXPECT_EQ(box.model(), QStringLiteral("tiny-qwen2"));

    m_window->showPlace(MainWindow::Models);
    ASSERT_TRUE(waitFor([this] { return button("trainOn").isEnabled(); }));
    QTest::mouseClick(&button("trainOn"), Qt::LeftButton);
    auto* dialog = m_window->runs().findChild<NewRunDialog*>();
    ASSERT_NE(dialog, nullptr);
    EXPECT_EQ(dialog->request().model, "tiny-qwen2");
    dialog->reject();
}

TEST_F(ModelsPlace, CopiesThePathAndTakesTabsThroughEverything)
{
    NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
    addAndWait({qwen}, 1);
    QTest::keyClick(&list(), Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(QGuiApplication::clipboard()->text(), QString::fromStdString(qwen.string()));
    QStringList reached;
    button("addFolder").setFocus();
    for (int i = 0; i < 20; ++i) {
        reached << QApplication::focusWidget()->objectName();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const char* name : {"addFolder", "addFiles", "hubName", "modelList", "verifyModel",
                             "copyPath", "removeModel"}) {
        EXPECT_TRUE(reached.contains(QString::fromLatin1(name))) << name;
    }
    for (QWidget* each : m_window->models().findChildren<QWidget*>()) {
        const auto* asButton = qobject_cast<QAbstractButton*>(each);
        if (asButton != nullptr && each->isVisible()) {
            EXPECT_FALSE(asButton->text().isEmpty() && each->accessibleName().isEmpty() &&
                         !each->objectName().startsWith(QStringLiteral("qt_")) &&
                         each->parentWidget()->objectName() != QStringLiteral("hubName"))
                << each->metaObject()->className();
        }
    }
}

} // namespace
} // namespace nextquill::ui
