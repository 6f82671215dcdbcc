// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"

#include "tests/app/cli/CommandLine.h"

#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DataExport : public CommandLine
{
};

TEST_F(DataExport, GoesIntoAnotherProjectWithNothingLost)
{
    const std::string project = sampleProject();
    const Json all = json({"data", "export", project, "--to", "all.jsonl"});
    EXPECT_EQ(all.at("rows"), 60);
    EXPECT_EQ(all.at("users"), json({"data", "stats", project}).at("users"));
    EXPECT_EQ(all.at("files").at(0).at("rows"), 60);
    const Json read = json({"import", "q.nextquill", "all.jsonl"});
    EXPECT_EQ(read.at("kept"), 60);
    EXPECT_EQ(json({"data", "split", project, "--name", "n"}).at("digest"),
              json({"data", "split", "q.nextquill", "--name", "n"}).at("digest"));
    const Json again = json({"data", "export", "q.nextquill", "--to", "again.jsonl"});
    EXPECT_EQ(again.at("files").at(0).at("sha256"), all.at("files").at(0).at("sha256"));
}

TEST_F(DataExport, TakesTheFormatFromTheNameAndRefusesWhatIsThere)
{
    const std::string project = sampleProject();
    static_cast<void>(json({"data", "export", project, "--to", "all.csv"}));
    EXPECT_THAT(readFile(m_folder / "all.csv"), HasSubstr("user_id,item_id"));
    expectFailure(run({"data", "export", project, "--to", "all.csv"}), 1, "all.csv");
    static_cast<void>(json({"data", "export", project, "--to", "all.csv", "--force"}));
    expectFailure(run({"data", "export", project, "--to", "all.txt"}), 1, "give --format");
    expectFailure(run({"data", "export", project, "--to", "x.csv", "--format", "xml"}), 2, "xml");
    expectFailure(run({"data", "export", project, "--to", "x.csv", "--part", "test"}), 2,
                  "--split");
    expectFailure(run({"data", "export", project, "--to", "x.csv", "--user", "nobody"}), 1,
                  "no user is called");
}

TEST_F(DataExport, WritesFiltersPartsAndPseudonyms)
{
    const std::string project = sampleProject();
    const Json users = json({"data", "list", project, "--limit", "1"}).at("users");
    const auto user = users.at(0).at("user").get<std::string>();
    EXPECT_EQ(json({"data", "export", project, "--to", "u.jsonl", "--user", user}).at("rows"),
              users.at(0).at("reviews"));
    EXPECT_EQ(json({"data", "export", project, "--to", "w.jsonl", "--search", "\"brass weights\""})
                  .at("rows"),
              1);
    const Json split = json({"data", "stats", project}).at("splits").at(0);
    EXPECT_EQ(
        json({"data", "export", project, "--to", "t.jsonl", "--split", "default", "--part", "test"})
            .at("rows"),
        split.at("test"));
    m_folder.write("key", "secret\n");
    static_cast<void>(
        json({"data", "export", project, "--to", "p.jsonl", "--pseudonym-key", "key"}));
    static_cast<void>(json({"data", "export", project, "--to", "q.jsonl", "--pseudonyms"}));
    EXPECT_THAT(readFile(m_folder / "p.jsonl"), Not(HasSubstr(user)));
    EXPECT_THAT(readFile(m_folder / "q.jsonl"), Not(HasSubstr(user)));
    EXPECT_NE(readFile(m_folder / "p.jsonl"), readFile(m_folder / "q.jsonl"));
}

TEST_F(DataExport, NamesAllFilesOfAFolderInIt)
{
    const std::string project = sampleProject();
    for (const std::string format : {"lamp", "hf", "longlamp"}) {
        const Json files =
            json({"data", "export", project, "--to", format, "--format", format}).at("files");
        EXPECT_EQ(files.back().at("path"), format + "/README.md");
        for (const Json& file : files) {
            EXPECT_EQ(sha256OfFile(m_folder / file.at("path").get<std::string>()),
                      file.at("sha256"));
        }
    }
}

TEST_F(DataExport, WritesWhatPassesAFunnelInChosenColumns)
{
    const std::string project = sampleProject();
    static_cast<void>(json({"data", "funnel", project, "few", "--step", "newest 1"}));
    const Json result = json({"data", "export", project, "--to", "few.csv", "--funnel", "few",
                              "--columns", "user_id,text"});
    EXPECT_EQ(result.at("rows"), json({"data", "stats", project}).at("users"));
    EXPECT_THAT(readFile(m_folder / "few.csv"), ::testing::StartsWith("user_id,text\r\n"));
    EXPECT_EQ(
        json({"data", "export", project, "--to", "few.parquet", "--funnel", "few"}).at("rows"),
        result.at("rows"));
    expectFailure(run({"data", "export", project, "--to", "x.csv", "--funnel", "none"}), 1,
                  "no funnel is called");
    expectFailure(run({"data", "export", project, "--to", "x.csv", "--columns", "words"}), 2,
                  "words");
}

TEST_F(DataExport, RecipeDoesTheSameInAnotherProject)
{
    const std::string project = sampleProject();
    static_cast<void>(json({"import", "q.nextquill", "reviews.jsonl"}));
    static_cast<void>(json({"data", "exclude", project, "7", "9"}));
    expectFailure(run({"data", "export", project}), 2, "--recipe");
    EXPECT_EQ(json({"data", "export", project, "--recipe", "r.json"}).at("steps"), 1);
    const Json applied = json({"data", "apply", "q.nextquill", "r.json"});
    EXPECT_EQ(applied.at("reviews"), 2);
    EXPECT_TRUE(applied.at("not_applied").empty());
    EXPECT_EQ(json({"data", "apply", "q.nextquill", "r.json"}).at("not_applied").size(), 2);
    const Json steps = json({"data", "history", "q.nextquill"}).at("steps");
    ASSERT_EQ(steps.size(), 1);
    EXPECT_EQ(steps.at(0).at("step"), "Exclude 2 reviews");
    EXPECT_EQ(steps.at(0).at("reviews"), 2);
    EXPECT_EQ(json({"data", "stats", "q.nextquill"}).at("excluded"), 2);
}

TEST_F(DataExport, DiffNamesWhatCameInAndWhatWentOut)
{
    const std::string project = sampleProject();
    const Json first = json({"data", "split", project, "--name", "s"});
    static_cast<void>(json({"data", "exclude", project, "7", "9", "12"}));
    const Json second = json({"data", "split", project, "--name", "s", "--new-version"});
    EXPECT_EQ(second.at("name"), "s@2");
    const Json diff = json({"data", "diff", project, "s", "s@2", "--limit", "0"});
    EXPECT_EQ(diff.at("before").at("digest"), first.at("digest"));
    EXPECT_EQ(diff.at("after").at("digest"), second.at("digest"));
    EXPECT_EQ(diff.at("same_digest"), false);
    EXPECT_EQ(diff.at("examples").size(), diff.at("added").get<std::size_t>() +
                                              diff.at("removed").get<std::size_t>() +
                                              diff.at("moved").get<std::size_t>());
    EXPECT_GT(diff.at("removed").get<int>(), 0);
    expectFailure(run({"data", "diff", project, "s", "none"}), 1, "no split is called");
}

TEST_F(DataExport, ShowTellsWhereAReviewCameFromAndWhatBecameOfIt)
{
    const std::string project = sampleProject();
    static_cast<void>(json({"data", "exclude", project, "7"}));
    const Json shown = json({"data", "show", project, "7"});
    EXPECT_EQ(shown.at("id"), 7);
    EXPECT_EQ(shown.at("source").at("file"), "reviews.jsonl");
    EXPECT_EQ(shown.at("source").at("line"), 7);
    EXPECT_EQ(shown.at("source").at("sha256"), sha256OfFile(m_folder / "reviews.jsonl"));
    ASSERT_EQ(shown.at("changes").size(), 1);
    EXPECT_EQ(shown.at("changes").at(0).at("step"), "Exclude 1 review");
    EXPECT_EQ(shown.at("changes").at(0).at("after"), true);
    const Ended words = run({"data", "show", project, "7"});
    EXPECT_THAT(words.out, HasSubstr("reviews.jsonl, line 7"));
    EXPECT_THAT(words.out, HasSubstr("Exclude 1 review"));
    expectFailure(run({"data", "show", project, "999"}), 1, "there is no review 999");
}

} // namespace
} // namespace nextquill::app::testing
