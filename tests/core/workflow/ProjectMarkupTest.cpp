// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ProjectMarkup.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/model/ModelFiles.h"
#include "core/store/Markups.h"
#include "core/workflow/ProjectRun.h"

#include "tests/core/workflow/SampleProject.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

namespace nextquill::workflow {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ProjectMarkup : public testing::SampleProject
{
protected:
    /// The tiny model with a chat template that nobody knows.
    [[nodiscard]] fs::path strangeModel() const
    {
        const fs::path folder = m_folder / "strange";
        fs::create_directory(folder);
        for (const fs::directory_entry& file : fs::directory_iterator{m_model}) {
            if (file.path().filename() != "tokenizer_config.json") {
                fs::copy_file(file.path(), folder / file.path().filename());
            }
        }
        Json config = readJsonFile(m_model / "tokenizer_config.json", {});
        config["chat_template"] =
            "{% for m in messages %}@@{{ m.role }}{{ m.content }}{% endfor %}";
        std::ofstream{folder / "tokenizer_config.json"} << config;
        return folder;
    }

    void give(const std::string& model, const std::string& mark)
    {
        store::Markups{*m_project}.put(model,
                                       {{"name", mark},
                                        {"user", {{"prefix", mark + "U "}, {"suffix", "\n"}}},
                                        {"assistant", {{"prefix", mark + "A "}}}});
    }

    /// The prompt of some example, for a model.
    [[nodiscard]] std::string promptOf(const fs::path& model)
    {
        return promptFor(example(2), *model::ModelFiles::open(model), {}, 16).without.text();
    }
};

TEST_F(ProjectMarkup, AModelWithoutARecognisedOneNeedsOne)
{
    const fs::path strange = strangeModel();
    try {
        static_cast<void>(promptOf(strange));
        ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
        EXPECT_THAT(error.problem(), HasSubstr("@@system{system}@@user{user}"));
        EXPECT_THAT(error.remedy(), HasSubstr("nextquill data markup PROJECT --from"));
    }
    EXPECT_THROW(static_cast<void>(prepareRun(m_file, {.model = strange.string()})), Error);

    give("", "@");
    EXPECT_THAT(promptOf(strange), HasSubstr("@U "));
    EXPECT_TRUE(promptOf(strange).ends_with("\n@A "));
    EXPECT_THAT(promptOf(m_model), StartsWith("<|im_start|>system")); // has its own
}

TEST_F(ProjectMarkup, OneForAModelComesBeforeItsOwn)
{
    give("", "@");
    give(markupKey(m_model), "#");

    EXPECT_THAT(promptOf(m_model), HasSubstr("#U "));
    EXPECT_THAT(promptOf(m_model / "."), HasSubstr("#U ")); // the same folder
    store::Markups{*m_project}.remove(markupKey(m_model));
    EXPECT_THAT(promptOf(m_model), StartsWith("<|im_start|>system"));
}

TEST_F(ProjectMarkup, ADamagedOneIsNamed)
{
    store::Markups{*m_project}.put(markupKey(m_model), {{"user", 3}});
    try {
        static_cast<void>(promptOf(m_model));
        ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_EQ(error.where(), "the project's chat markup");
    }
}

TEST_F(ProjectMarkup, ARunKeepsTheOneThatItBeganWith)
{
    give(markupKey(m_model), "#");
    smallSplit();
    const store::RunRow run = prepareRun(
        m_file,
        {.model = m_model.string(), .split = "small", .name = "try", .settings = quickTraining()});
    const Json manifest = readJsonFile(m_project->folder() / run.folder / "manifest.json", {});
    EXPECT_EQ(manifest.at("markup").at("user").at("prefix"), "#U ");

    // Since then the project has one that leaves no room for a text: the run would fail with it.
    give(markupKey(m_model), std::string(4000, '#'));
    EXPECT_THROW(static_cast<void>(promptOf(m_model)), Error);
    train::RunControl control;
    EXPECT_EQ(executeRun(m_file, run.name, {}, m_progress, control).end, train::RunEnd::Finished);
}

} // namespace
} // namespace nextquill::workflow
