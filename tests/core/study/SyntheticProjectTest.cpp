// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/SyntheticProject.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/study/TruthFile.h"
#include "core/study/TruthReport.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>
#include <stop_token>

namespace nextquill::study {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr SyntheticSettings fewUsers{.users = 20, .reviews = 6, .items = 12, .seed = 5};

class SyntheticProjects : public ::testing::Test
{
protected:
    SyntheticProject make(const StopToken& stop = {})
    {
        return makeSyntheticProject(m_file, fewUsers, stop, m_progress);
    }

    [[nodiscard]] std::size_t files() const
    {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator{m_folder.path()}, fs::directory_iterator{}));
    }

    nextquill::testing::TemporaryFolder m_folder;
    fs::path m_file = m_folder / "p.nextquill";
    NoProgress m_progress;
};

TEST_F(SyntheticProjects, HasEveryTextWithItsTruthUnderTheProjectsId)
{
    const SyntheticProject made = make();
    EXPECT_EQ(made.users, 20);
    EXPECT_EQ(made.reviews, 120);
    EXPECT_GT(made.train, 0);
    EXPECT_EQ(files(), 2); // nothing is left of the making
    const auto project = store::Project::open(m_file, store::OpenMode::ReadOnly);
    EXPECT_TRUE(project->check(true, {}).empty());
    const auto truth = readTruth(made.truth);
    ASSERT_EQ(truth.size(), 120);
    const store::Histories histories{*project};
    for (const auto& [example, text] : truth) {
        const store::ExampleData data = histories.example(example);
        EXPECT_EQ(data.userName, text.user);
        EXPECT_EQ(sha256(data.target.text), text.textDigest);
        EXPECT_EQ(std::ssize(data.history), text.pastTexts);
        EXPECT_EQ(text.words.back().bytes.end, data.target.text.size());
        EXPECT_THAT(data.item.description, HasSubstr("Good: "));
    }
}

TEST_F(SyntheticProjects, TheFileKeepsTheTruthToTheLastDigit)
{
    static_cast<void>(make());
    const SyntheticWorld world = makeWorld(fewUsers);
    const auto truth = readTruth(truthFileOf(m_file));
    for (const auto& [example, text] : truth) {
        const auto user = std::ranges::find(world.users, text.user, &SyntheticUser::name);
        ASSERT_NE(user, world.users.end());
        EXPECT_EQ(text.type, user->type);
        EXPECT_EQ(text.words,
                  trueEffectsOf(world, *user).at(static_cast<std::size_t>(text.pastTexts)));
    }
}

TEST_F(SyntheticProjects, ReplacesNothing)
{
    static_cast<void>(make());
    const std::string before = readFile(m_file);
    EXPECT_THROW(make(), Error);
    EXPECT_EQ(readFile(m_file), before);
    fs::remove(m_file);
    EXPECT_THROW(make(), Error); // the truth of another one is still there
    EXPECT_FALSE(fs::exists(m_file));
}

TEST_F(SyntheticProjects, LeavesNothingWhenStopped)
{
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(make(source.get_token()), Stopped);
    EXPECT_EQ(files(), 0);
}

TEST_F(SyntheticProjects, AFileThatIsNoTruthIsRefusedWithItsPlace)
{
    const auto refusal = [&](std::string_view text) -> std::string {
        try {
            static_cast<void>(readTruth(m_folder.write("t.jsonl", text)));
        } catch (const Error& error) {
            return error.what();
        }
        return "taken";
    };
    EXPECT_THAT(refusal(""), HasSubstr("holds no true effects"));
    EXPECT_THAT(refusal("[1]\n"), HasSubstr("line 1"));
    EXPECT_THAT(refusal(R"({"format":"nextquill-truth","version":9})"),
                HasSubstr("another version"));
    EXPECT_THAT(refusal("{\"format\":\"nextquill-truth\",\"version\":1}\n{\"example\":1}\n"),
                HasSubstr("line 2"));
}

/// Measured by a model that knows the truth, a token a word.
workflow::MeasuredText measured(const TextTruth& truth, const std::string& text)
{
    workflow::MeasuredText result{.example = truth.example, .text = text};
    std::size_t begin = 0;
    for (const TrueWord& word : truth.words) {
        result.tokens.push_back({.bytes = ByteRange{.begin = begin, .end = word.bytes.end},
                                 .logp_h = static_cast<float>(std::log(word.p_h)),
                                 .logp_0 = static_cast<float>(std::log(word.p_0))});
        begin = word.bytes.end;
    }
    return result;
}

TEST_F(SyntheticProjects, MeasuredTextsAreHeldAgainstTheirTruthAndEditedOnesAreLeftOut)
{
    const SyntheticProject made = make();
    const auto project = store::Project::open(m_file, store::OpenMode::ReadOnly);
    const store::Histories histories{*project};
    const auto truth = readTruth(made.truth);
    std::vector<workflow::MeasuredText> texts;
    for (const auto& [example, text] : truth) {
        texts.push_back(measured(text, histories.example(example).target.text));
    }
    texts.front().text += " edited";
    const TruthReport report = holdAgainst(truth, texts, 0.05, 1, {});
    EXPECT_EQ(report.unknown, 1);
    EXPECT_EQ(report.score.texts, 119);
    EXPECT_LT(report.score.error.mean, 1e-6);
    EXPECT_EQ(toJson(report).at("unknown"), 1);
    EXPECT_THAT(toText(report), HasSubstr("1 text left out"));
    EXPECT_THROW(static_cast<void>(holdAgainst({}, texts, 0.05, 1, {})), Error);
    EXPECT_TRUE(toJson(holdAgainst(truth, {}, 0.05, 1, {})).at("pearson").is_null());
}

} // namespace
} // namespace nextquill::study
