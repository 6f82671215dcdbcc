// SPDX-License-Identifier: GPL-3.0-or-later
//
// Fetches in the real window, from a hub on this machine that drops, withholds and falsifies.
#include "core/base/AtomicFile.h"
#include "core/hub/HubCache.h"
#include "core/hub/HubSettings.h"

#include "ui/models/FetchRow.h"
#include "ui/models/ModelFetches.h"
#include "ui/models/RemoveQuestion.h"
#include "ui/widgets/ProgressLine.h"

#include "tests/support/HubServer.h"
#include "tests/ui/shell/ModelsWalk.h"

#include <QLineEdit>
#include <QToolButton>

namespace nextquill::ui {
namespace {

namespace fs = std::filesystem;

using nextquill::testing::HubServer;
using nextquill::testing::ServerFault;

constexpr const char* weights = "model.safetensors";
constexpr std::size_t part = 100'000; // bytes that come before a fault

class FetchesOfModels : public ModelsWalk
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(qwen, "fixtures/models/tiny-qwen2");
        for (const auto& file : fs::directory_iterator{qwen}) {
            m_files[file.path().filename().string()] = readFile(file.path());
        }
        ::setenv("HF_ENDPOINT", m_server.endpoint().c_str(), 1);
        m_server.add("tea/kettle", m_files);
        ModelsWalk::SetUp();
    }

    void fetch(const QString& name)
    {
        QTest::keyClick(m_window.get(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        auto& line = find<QLineEdit>(QStringLiteral("hubName"));
        ASSERT_TRUE(waitFor([&] { return line.hasFocus(); }));
        QTest::keyClicks(&line, name);
        QTest::keyClick(&line, Qt::Key_Return);
    }
    QList<FetchRow*> fetchRows() { return m_window->models().findChildren<FetchRow*>(); }
    QToolButton& tool(FetchRow& row, const QString& name)
    {
        for (QToolButton* each : row.findChildren<QToolButton*>()) {
            if (each->accessibleName() == name && each->isVisible()) {
                return *each;
            }
        }
        throw std::runtime_error{"the row has no button " + name.toStdString()};
    }
    static QString textOf(const FetchRow& row)
    {
        QStringList texts;
        for (const QLabel* label : row.findChildren<QLabel*>()) {
            if (label->isVisible()) {
                texts << label->text();
            }
        }
        return texts.join(QStringLiteral(" | "));
    }
    [[nodiscard]] bool rowSays(const QString& words)
    {
        const bool does = waitFor(
            [&] { return !fetchRows().isEmpty() && textOf(*fetchRows().first()).contains(words); });
        EXPECT_TRUE(does) << words.toStdString() << " is not in "
                          << (fetchRows().isEmpty() ? "nothing"
                                                    : textOf(*fetchRows().first()).toStdString());
        return does;
    }
    [[nodiscard]] fs::path blob() const
    {
        return hub::HubCache{hub::hubCacheFolder()}.blob(
            {.owner = "tea", .name = "kettle"}, HubServer::checksumOf(m_files.at(weights), true));
    }
    [[nodiscard]] std::uintmax_t bytesHere() const
    {
        std::error_code error;
        const auto bytes = fs::file_size(blob().string() + ".nextquill.incomplete", error);
        return error ? 0 : bytes;
    }
    /// Ranges that were asked for, of the weights.
    [[nodiscard]] std::vector<std::string> ranges() const
    {
        std::vector<std::string> asked;
        for (const auto& request : m_server.requests()) {
            if (request.isStorage && request.path.ends_with(weights)) {
                asked.push_back(request.range);
            }
        }
        return asked;
    }
    void failWeights(const ServerFault& fault)
    {
        m_server.fail(weights, {}); // the redirect
        m_server.fail(weights, fault);
    }
    /// A fetch of tea/kettle that has brought a part and then waits for the server.
    void fetchHalf()
    {
        failWeights({.holdAfter = part});
        fetch(QStringLiteral("tea/kettle"));
        ASSERT_TRUE(waitFor([this] { return bytesHere() >= part; }));
        ASSERT_TRUE(rowSays(QStringLiteral("fetching model.safetensors")));
    }

    HubServer m_server;
    std::map<std::string, std::string> m_files;
};

TEST_F(FetchesOfModels, BringAModelThatIsThenInTheListByItsName)
{
    failWeights({.dropAfter = part});
    failWeights({.dropAfter = part});
    fetch(QStringLiteral("tea/kettle"));
    ASSERT_TRUE(shows({QStringLiteral("tea/kettle: not verified")}));
    EXPECT_TRUE(fetchRows().isEmpty() || !fetchRows().first()->isVisible());
    EXPECT_TRUE(says(QStringLiteral("tea/kettle is here: 5 file(s)")));
    EXPECT_TRUE(messages().text().contains(QStringLiteral("checksums right")));
    EXPECT_EQ(ranges(), (std::vector<std::string>{"", "bytes=100000-", "bytes=200000-"}));
    EXPECT_TRUE(waitFor([this] { return card().contains(QStringLiteral("the hub's cache")); }));
}

TEST_F(FetchesOfModels, TakeThePagesAddressToo)
{
    m_server.add("tea/pot", m_files, std::string(40, 'b'));
    fetch(QStringLiteral(" https://hub.example/tea/pot/tree/main?x=1 "));
    EXPECT_TRUE(shows({QStringLiteral("tea/pot: not verified")}));
}

TEST_F(FetchesOfModels, SayInTheFieldWhatIsNoName)
{
    fetch(QStringLiteral("kettle"));
    auto& problem = find<QLabel>(QStringLiteral("hubProblem"));
    EXPECT_TRUE(problem.isVisible());
    EXPECT_TRUE(problem.text().contains(QStringLiteral("is no name of a model on the hub")))
        << problem.text().toStdString();
    EXPECT_TRUE(m_server.requests().empty());
    QTest::keyClick(&find<QLineEdit>(QStringLiteral("hubName")), Qt::Key_Backspace);
    EXPECT_FALSE(problem.isVisible());
}

TEST_F(FetchesOfModels, PauseAtOnceAndGoOnWhereTheyStopped)
{
    ASSERT_NO_FATAL_FAILURE(fetchHalf());
    tool(*fetchRows().first(), QStringLiteral("Pause")).setFocus();
    QTest::keyClick(&tool(*fetchRows().first(), QStringLiteral("Pause")), Qt::Key_Space);
    EXPECT_TRUE(textOf(*fetchRows().first()).contains(QStringLiteral("Stopping")))
        << "not said at once";
    ASSERT_TRUE(rowSays(QStringLiteral("Paused at 172.4 kB of 683.6 kB; Continue goes on there")));
    EXPECT_EQ(bytesHere(), part);
    m_server.release();
    QTest::keyClick(&tool(*fetchRows().first(), QStringLiteral("Continue")), Qt::Key_Space);
    ASSERT_TRUE(shows({QStringLiteral("tea/kettle: not verified")}));
    EXPECT_EQ(ranges().back(), "bytes=100000-");
}

TEST_F(FetchesOfModels, CancelledKeepWhatCameAndOfferToGoOn)
{
    ASSERT_NO_FATAL_FAILURE(fetchHalf());
    QTest::keyClick(&tool(*fetchRows().first(), QStringLiteral("Cancel")), Qt::Key_Space);
    EXPECT_TRUE(textOf(*fetchRows().first()).contains(QStringLiteral("Cancelling")))
        << "not said at once";
    ASSERT_TRUE(says(QStringLiteral("What came is kept")));
    EXPECT_EQ(bytesHere(), part);
    ASSERT_TRUE(shows({QStringLiteral("tea/kettle: not whole")}));
    EXPECT_FALSE(button("verifyModel").isEnabled());
    m_server.release();
    QTest::mouseClick(&button("fetchRest"), Qt::LeftButton);
    ASSERT_TRUE(shows({QStringLiteral("tea/kettle: not verified")}));
    EXPECT_EQ(ranges().back(), "bytes=100000-");
}

TEST_F(FetchesOfModels, WaitForEachOther)
{
    m_server.add("tea/pot", m_files, std::string(40, 'b'));
    ASSERT_NO_FATAL_FAILURE(fetchHalf());
    fetch(QStringLiteral("tea/pot"));
    ASSERT_EQ(fetchRows().size(), 2);
    EXPECT_TRUE(waitFor([this] {
        return textOf(*fetchRows().last()).contains(QStringLiteral("Waits for the fetch before"));
    }));
    EXPECT_EQ(m_server.count("tea/pot"), 0U);
    EXPECT_EQ(find<QToolButton>(QStringLiteral("place4")).text(), QStringLiteral("Models  2"));
    fetch(QStringLiteral("tea/pot")); // the same again is no second one
    EXPECT_EQ(fetchRows().size(), 2);
    m_server.release();
    EXPECT_TRUE(shows(
        {QStringLiteral("tea/kettle: not verified"), QStringLiteral("tea/pot: not verified")}));
}

TEST_F(FetchesOfModels, SurviveTheWindowWhichClosesWithoutAQuestion)
{
    ASSERT_NO_FATAL_FAILURE(fetchHalf());
    EXPECT_TRUE(m_window->close());
    m_window.reset();
    EXPECT_EQ(bytesHere(), part);
    const std::size_t asked = m_server.requests().size();
    m_window = std::make_unique<MainWindow>(*m_theme);
    m_window->show();
    m_window->showPlace(MainWindow::Models);
    ASSERT_TRUE(rowSays(QStringLiteral("Paused; Continue goes on where it stopped")));
    EXPECT_EQ(m_server.requests().size(), asked) << "it went on by itself";
    m_server.release();
    QTest::mouseClick(&tool(*fetchRows().first(), QStringLiteral("Continue")), Qt::LeftButton);
    ASSERT_TRUE(shows({QStringLiteral("tea/kettle: not verified")}));
    EXPECT_EQ(ranges().back(), "bytes=100000-");
}

TEST_F(FetchesOfModels, SayWhatWentWrongInTheCommandLinesWordsAndTryAgain)
{
    failWeights({.flipsLastByte = true});
    fetch(QStringLiteral("tea/kettle"));
    ASSERT_TRUE(rowSays(QStringLiteral("What came has another checksum than the hub names")));
    EXPECT_TRUE(textOf(*fetchRows().first()).contains(QStringLiteral("Run it again")));
    EXPECT_EQ(bytesHere(), 0U);
    QTest::keyClick(&tool(*fetchRows().first(), QStringLiteral("Continue")), Qt::Key_Space);
    EXPECT_TRUE(shows({QStringLiteral("tea/kettle: not verified")}));
}

TEST_F(FetchesOfModels, OfModelsThatAreNotGivenNameTheRemedy)
{
    m_server.fail("tea/gated", {.status = 403,
                                .headers = "X-Error-Code: GatedRepo\r\n"
                                           "X-Error-Message: Access is restricted\r\n"});
    fetch(QStringLiteral("tea/gated"));
    ASSERT_TRUE(rowSays(QStringLiteral("HF_TOKEN")));
    EXPECT_TRUE(textOf(*fetchRows().first()).contains(QStringLiteral("(403)")));
    QTest::keyClick(&tool(*fetchRows().first(), QStringLiteral("Cancel")), Qt::Key_Space);
    ASSERT_TRUE(waitFor([this] { return fetchRows().isEmpty(); }));
    m_server.fail("tea/none", {.status = 404});
    fetch(QStringLiteral("tea/none"));
    EXPECT_TRUE(rowSays(QStringLiteral("The hub has no such model or file (404)")));
}

TEST_F(FetchesOfModels, AskNobodyWhereTheNetworkIsNotToBeUsed)
{
    ::setenv("HF_HUB_OFFLINE", "1", 1);
    fetch(QStringLiteral("tea/kettle"));
    ASSERT_TRUE(rowSays(QStringLiteral("The network is not to be used (HF_HUB_OFFLINE).")));
    EXPECT_TRUE(m_server.requests().empty());
    ::unsetenv("HF_HUB_OFFLINE");
    QTest::keyClick(&tool(*fetchRows().first(), QStringLiteral("Continue")), Qt::Key_Space);
    EXPECT_TRUE(shows({QStringLiteral("tea/kettle: not verified")}));
}

TEST_F(FetchesOfModels, OfTheCacheAreRemovedWithTheirFilesWhichTheQuestionSays)
{
    fetch(QStringLiteral("tea/kettle"));
    ASSERT_TRUE(shows({QStringLiteral("tea/kettle: not verified")}));
    list().setFocus();
    QTest::keyClick(&list(), Qt::Key_Delete);
    ASSERT_TRUE(waitFor([this] { return m_window->findChild<RemoveQuestion*>() != nullptr; }));
    auto& question = find<RemoveQuestion>(QStringLiteral("removeQuestion"));
    EXPECT_TRUE(question.informativeText().contains(QStringLiteral("deleted for good")));
    EXPECT_TRUE(question.informativeText().contains(QStringLiteral("models--tea--kettle")))
        << question.informativeText().toStdString();
    for (QAbstractButton* choice : question.buttons()) {
        if (choice->text() == QStringLiteral("&Remove and delete files")) {
            QTest::keyClick(choice, Qt::Key_Space);
        }
    }
    EXPECT_TRUE(shows({}));
    EXPECT_FALSE(fs::exists(blob()));
}

} // namespace
} // namespace nextquill::ui
