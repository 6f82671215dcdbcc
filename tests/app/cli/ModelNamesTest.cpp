// SPDX-License-Identifier: GPL-3.0-or-later
// Models by name: what names mean, what is known of a model, and whether it is sound.
#include "core/base/AtomicFile.h"

#include "tests/app/cli/CommandLine.h"

#include <fstream>
#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

class ModelNames : public CommandLineWithModel
{
protected:
    /// A copy that a test may damage.
    [[nodiscard]] fs::path copy(const fs::path& folder) const
    {
        fs::create_directories(folder);
        for (const fs::directory_entry& file : fs::directory_iterator{m_model}) {
            std::ofstream{folder / file.path().filename(), std::ios::binary}
                << readFile(file.path());
        }
        return folder;
    }

    /// The model in the hub's cache, as its own programs leave one.
    [[nodiscard]] fs::path cached(const std::string& commit = std::string(40, 'a')) const
    {
        const fs::path home = m_folder / ".cache/huggingface/hub/models--tea--kettle";
        fs::create_directories(home / "refs");
        std::ofstream{home / "refs/main"} << commit;
        return copy(home / "snapshots" / commit);
    }

    [[nodiscard]] Json checksOf(const std::string& model) const
    {
        Json states = Json::object();
        const Json said = run({"model", "verify", model, "--json"}).document();
        for (const Json& row : said.at("checks")) {
            states[row.at("check").get<std::string>()] = row.at("state");
        }
        return states;
    }
};

TEST_F(ModelNames, OfTheUserAreKnownToAllCommandsUntilRemoved)
{
    EXPECT_EQ(json({"model", "add", m_model, "--name", "tiny"}).at("added"), "tiny");
    const Json rows = json({"model", "list"}).at("models");
    ASSERT_EQ(rows.size(), 1);
    EXPECT_EQ(rows.at(0).at("source"), "registry");
    EXPECT_TRUE(fs::exists(m_folder / ".local/share/nextquill/models.json"));
    EXPECT_EQ(json({"model", "info", "tiny"}).at("context"), 512);
    EXPECT_EQ(run({"tokenize", "--model", "tiny"}, "\"tea\"").status, 0);
    EXPECT_EQ(json({"model", "remove", "tiny"}).at("files_deleted"), false);
    EXPECT_TRUE(fs::exists(m_model));
    expectFailure(run({"model", "info", "tiny"}), 1, "no model \"tiny\"");
    expectFailure(run({"model", "remove", "tiny"}), 1, "no model is called");
}

TEST_F(ModelNames, AreMadeFromTheFilesAndHideNoOtherModel)
{
    EXPECT_EQ(json({"model", "add", copy(m_folder / "a, b").string()}).at("added"), "a- b");
    EXPECT_EQ(json({"model", "add", copy(m_folder / "x/tiny").string()}).at("added"), "tiny");
    EXPECT_EQ(json({"model", "add", copy(m_folder / "y/tiny").string()}).at("added"), "tiny-2");
    EXPECT_EQ(json({"model", "add", (m_folder / "x/tiny").string()}).at("added"), "tiny");
    EXPECT_EQ(json({"model", "add", copy(m_folder / "demo").string()}).at("added"), "model");
    EXPECT_EQ(json({"model", "add", m_model, "--name", "tiny"}).at("added"), "tiny"); // as asked
    EXPECT_EQ(json({"model", "list"}).at("models").size(), 4);
}

TEST_F(ModelNames, OfTheHubAreFoundInItsCache)
{
    expectFailure(run({"model", "info", "tea/kettle"}), 1, "nextquill model fetch tea/kettle");
    const fs::path folder = cached();
    EXPECT_EQ(json({"model", "info", "tea/kettle"}).at("path"), folder.string());
    EXPECT_EQ(json({"model", "info", "tea/kettle@" + std::string(40, 'a')}).at("context"), 512);
    EXPECT_EQ(json({"model", "list"}).at("models").at(0).at("name"), "tea/kettle");
    EXPECT_EQ(run({"tokenize", "--model", "tea/kettle"}, "\"tea\"").status, 0);
    expectFailure(run({"model", "remove", "tea/kettle"}), 1, "--delete-files");
    EXPECT_EQ(run({"model", "remove", "tea/kettle", "--delete-files"}).status, 0);
    EXPECT_FALSE(fs::exists(folder));
}

TEST_F(ModelNames, OfTheHubWithAPartOnlySayWhatIsMissing)
{
    fs::remove(cached() / "model.safetensors");
    expectFailure(run({"model", "info", "tea/kettle"}), 1, "only a part of the model tea/kettle");
}

TEST_F(ModelNames, AreForgottenWithTheModelsFilesAndNoOthersWhenAsked)
{
    const fs::path folder = copy(m_folder / "mine");
    std::ofstream{folder / "notes.txt"} << "mine";
    EXPECT_EQ(run({"model", "add", folder.string()}).status, 0);
    EXPECT_EQ(run({"model", "remove", "mine", "--delete-files"}).status, 0);
    EXPECT_FALSE(fs::exists(folder / "model.safetensors"));
    EXPECT_EQ(readFile(folder / "notes.txt"), "mine");
}

TEST_F(ModelNames, InfoSaysWhatTokenizerAndWhichRuns)
{
    EXPECT_EQ(json({"model", "info", m_model}).at("tokenizer"), "byte-level BPE");
    const std::string project = sampleProject();
    EXPECT_EQ(run({"model", "add", project, m_model, "--name", "tiny"}).status, 0);
    EXPECT_EQ(run({"train", project, "--model", "tiny", "--queue", "--name", "r"}).status, 0);
    EXPECT_EQ(json({"model", "info", "tiny", "--project", project}).at("runs"),
              Json::array({"r-1"}));
    EXPECT_EQ(json({"model", "info", m_model, "--project", project}).at("runs"),
              Json::array({"r-1"})); // the same by its folder
}

TEST_F(ModelNames, InfoSaysWhatIsKnownOfAModelThatCannotBeUsed)
{
    const fs::path folder = copy(m_folder / "odd");
    Json config = readJsonFile(folder / "config.json", {});
    config["model_type"] = "teapot";
    std::ofstream{folder / "config.json"} << config;
    const Ended ended = run({"model", "info", folder.string(), "--json"});
    EXPECT_EQ(ended.status, 1);
    const Json said = ended.document();
    EXPECT_EQ(said.at("architecture"), "teapot");
    EXPECT_EQ(said.at("context"), 512);
    EXPECT_EQ(said.at("tokenizer"), "byte-level BPE");
    EXPECT_GT(said.at("parameters").get<std::int64_t>(), 0);
    ASSERT_EQ(said.at("problems").size(), 1);
    EXPECT_THAT(said.at("problems").at(0).at("problem").get<std::string>(), HasSubstr("teapot"));
    fs::remove(folder / "config.json");
    EXPECT_EQ(run({"model", "info", folder.string()}).status, 1);
    m_folder.write("broken.gguf", "GGUF and no more");
    EXPECT_EQ(run({"model", "info", (m_folder / "broken.gguf").string()}).status, 1);
}

TEST_F(ModelNames, VerifyPassesASoundModel)
{
    const Json states = checksOf(m_model);
    for (const char* check :
         {"files", "weights", "tokenizer", "special tokens", "chat markup", "forward pass"}) {
        EXPECT_EQ(states.at(check), "passed") << check;
    }
    EXPECT_EQ(states.at("checksums"), "skipped");
    EXPECT_EQ(run({"model", "verify", m_model}).status, 0);
}

TEST_F(ModelNames, VerifyFindsAWeightThatIsNoNumber)
{
    const fs::path folder = copy(m_folder / "nan");
    std::string bytes = readFile(folder / "model.safetensors");
    bytes.replace(bytes.size() - 4, 4, std::string{"\x00\x00\xc0\x7f", 4}); // float32's NaN
    std::ofstream{folder / "model.safetensors", std::ios::binary} << bytes;
    EXPECT_EQ(checksOf(folder.string()).at("weights"), "failed");
    EXPECT_EQ(checksOf(folder.string()).at("files"), "passed");
    EXPECT_EQ(run({"model", "verify", folder.string()}).status, 1);
}

TEST_F(ModelNames, VerifyComparesWithTheHubsChecksum)
{
    const fs::path folder = cached();
    const fs::path blob = folder / "../../blobs" / std::string(64, 'e'); // not the file's own
    fs::create_directories(blob.parent_path());
    fs::rename(folder / "model.safetensors", blob);
    fs::create_symlink("../../blobs/" + std::string(64, 'e'), folder / "model.safetensors");
    EXPECT_EQ(checksOf("tea/kettle").at("checksums"), "failed");
    EXPECT_EQ(checksOf("tea/kettle").at("weights"), "passed");
}

TEST_F(ModelNames, VerifyOfWhatCannotBeOpenedSkipsTheRest)
{
    const fs::path folder = copy(m_folder / "cut");
    fs::resize_file(folder / "model.safetensors", 1000);
    const Json states = checksOf(folder.string());
    EXPECT_EQ(states.at("files"), "failed");
    EXPECT_EQ(states.at("forward pass"), "skipped");
}

} // namespace
} // namespace nextquill::app::testing
