// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

namespace fs = std::filesystem;

class ModelExportCommand : public CommandLineWithModel
{
protected:
    /// A run's folder with adapters, trained for one step.
    [[nodiscard]] std::string adapter() const
    {
        m_folder.write("r.jsonl", R"({"id": "1", "with_history": "I love tea. Kettle:", )"
                                  R"("without_history": "Kettle:", "target": "A fine kettle."})"
                                  "\n");
        (void)json({"train", "--records", "r.jsonl", "--model", m_model, "--out", "run", "--device",
                    "cpu", "--dtype", "float32", "--lora-rank", "2", "--max-steps", "1",
                    "--accumulation", "1"});
        return (m_folder / "run" / "model").string();
    }
};

TEST_F(ModelExportCommand, WritesAFolderAndAGgufFileThatAreModels)
{
    EXPECT_EQ(json({"model", "export", m_model, "--to", "copy"}).at("kind"),
              "Hugging Face model, F32");
    EXPECT_EQ(
        json({"model", "export", m_model, "--to", "q8.gguf", "--format", "gguf", "--dtype", "q8_0"})
            .at("kind"),
        "GGUF model, Q8_0");
    const Json original = json({"model", "info", m_model});
    for (const char* copy : {"copy", "q8.gguf"}) {
        const Json info = json({"model", "info", copy});
        for (const char* same : {"architecture", "parameters", "context", "vocabulary", "markup"}) {
            EXPECT_EQ(info.at(same), original.at(same)) << copy;
        }
    }
    EXPECT_EQ(json({"model", "info", "q8.gguf"}).at("dtype"), "Q8_0");
    EXPECT_EQ(run({"tokenize", "--model", "q8.gguf"}, "\"Two cups\"\n").out,
              run({"tokenize", "--model", m_model}, "\"Two cups\"\n").out);

    expectFailure(run({"model", "export", m_model, "--to", "copy"}), 1, "of that name already");
    expectFailure(run({"model", "export", m_model, "--to", "x", "--dtype", "q8_0"}), 1, "Q8_0");
    expectFailure(run({"model", "export", m_model, "--to", "x", "--merge"}), 1, "no adapter");
    EXPECT_FALSE(fs::exists(m_folder / "x"));
}

TEST_F(ModelExportCommand, WritesAnAdapterAloneOrMerged)
{
    const std::string trained = adapter();
    EXPECT_EQ(json({"model", "export", trained, "--to", "peft"}).at("kind"), "PEFT adapter");
    EXPECT_TRUE(fs::exists(m_folder / "peft" / "adapter_config.json"));
    EXPECT_EQ(json({"model", "export", trained, "--to", "m.gguf", "--format", "gguf", "--merge"})
                  .at("kind"),
              "GGUF model, F32");
    EXPECT_EQ(json({"model", "export", trained, "--to", "merged", "--merge"}).at("kind"),
              "Hugging Face model, F32");
    expectFailure(run({"model", "export", trained, "--to", "x", "--format", "gguf"}), 1, "--merge");
    EXPECT_FALSE(fs::exists(m_folder / "x"));
}

} // namespace
} // namespace nextquill::app::testing
