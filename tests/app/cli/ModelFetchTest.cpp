// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"

#include "tests/app/cli/CommandLine.h"
#include "tests/support/HubServer.h"

#include <csignal>
#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

namespace fs = std::filesystem;

using nextquill::testing::HubServer;
using ::testing::HasSubstr;
using ::testing::Not;

/// The program with a hub on this machine that has the smallest model.
class ModelFetchCommand : public CommandLineWithModel
{
protected:
    void SetUp() override
    {
        CommandLineWithModel::SetUp();
        if (IsSkipped()) {
            return;
        }
        std::map<std::string, std::string> files;
        for (const fs::directory_entry& file : fs::directory_iterator{m_model}) {
            files[file.path().filename().string()] = readFile(file.path());
        }
        m_weights = files.at("model.safetensors");
        m_server.add("tea/kettle", files);
    }

    [[nodiscard]] std::vector<std::string> variables() const
    {
        return {"HF_ENDPOINT=" + m_server.endpoint(), "HF_HOME=" + (m_folder / "hf").string(),
                "HF_TOKEN=hf_secret"};
    }
    [[nodiscard]] Ended fetch(std::vector<std::string> further = {}) const
    {
        std::vector<std::string> words{"model", "fetch", "tea/kettle"};
        words.insert(words.end(), further.begin(), further.end());
        return Child{m_folder.path(), words, "", variables()}.wait();
    }
    [[nodiscard]] fs::path partial() const
    {
        return m_folder / "hf/hub/models--tea--kettle/blobs" /
               (HubServer::checksumOf(m_weights, true) + ".nextquill.incomplete");
    }
    [[nodiscard]] bool hasPart() const
    {
        std::error_code error;
        return fs::file_size(partial(), error) > 0 && !error;
    }
    /// Holds the weights back when some of them came.
    void holdWeights()
    {
        m_server.fail("model.safetensors", {});
        m_server.fail("model.safetensors", {.holdAfter = m_weights.size() / 2});
    }

    HubServer m_server;
    std::string m_weights;
};

TEST_F(ModelFetchCommand, LeavesAModelInTheCacheAndSaysWhere)
{
    const Ended ended = fetch({"--json"});
    ASSERT_EQ(ended.status, 0) << ended.err;
    const Json said = ended.document();
    EXPECT_EQ(said.at("fetched_bytes"), said.at("bytes"));
    EXPECT_EQ(readFile(fs::path{said.at("path").get<std::string>()} / "model.safetensors"),
              m_weights);
    EXPECT_THAT(ended.out + ended.err, Not(HasSubstr("hf_secret")));
    const Ended again = fetch();
    EXPECT_THAT(again.out, HasSubstr("all were here already"));
}

TEST_F(ModelFetchCommand, GoesOnAfterItWasKilled)
{
    holdWeights();
    Child killed{m_folder.path(), {"model", "fetch", "tea/kettle"}, "", variables()};
    ASSERT_TRUE(eventually([this] { return hasPart(); }));
    killed.signal(SIGKILL);
    EXPECT_EQ(killed.wait().status, 128 + SIGKILL);
    m_server.release();

    const Ended ended = fetch({"--json"});
    ASSERT_EQ(ended.status, 0) << ended.err;
    const Json said = ended.document();
    EXPECT_LT(said.at("fetched_bytes").get<std::size_t>(), m_weights.size());
    EXPECT_THAT(m_server.requests().back().range, ::testing::StartsWith("bytes="));
    EXPECT_EQ(readFile(fs::path{said.at("path").get<std::string>()} / "model.safetensors"),
              m_weights);
    EXPECT_FALSE(fs::exists(partial()));
}

TEST_F(ModelFetchCommand, StopsAtTheFirstInterruptAndKeepsWhatCame)
{
    holdWeights();
    Child stopped{m_folder.path(), {"model", "fetch", "tea/kettle"}, "", variables()};
    ASSERT_TRUE(eventually([this] { return hasPart(); }));
    stopped.signal(SIGINT);
    EXPECT_EQ(stopped.wait().status, 130);
    EXPECT_TRUE(hasPart());
}

TEST_F(ModelFetchCommand, FailsInOneLine)
{
    expectFailure(fetch({"--file", "none.gguf"}), 1, "no file \"none.gguf\"");
    expectFailure(fetch({"--revision", "../x"}), 1, "is no revision");
    m_server.requireToken("another");
    const Ended refused = fetch();
    expectFailure(refused, 1, "HF_TOKEN");
    EXPECT_THAT(refused.err, Not(HasSubstr("hf_secret")));
    expectFailure(Child{m_folder.path(), {"model", "fetch", "kettle"}, "", variables()}.wait(), 1,
                  "OWNER/NAME");
    expectFailure(
        Child{m_folder.path(), {"model", "fetch", "a/b"}, "", {"HF_ENDPOINT=http://192.0.2.1"}}
            .wait(),
        1, "without encryption");
}

} // namespace
} // namespace nextquill::app::testing
