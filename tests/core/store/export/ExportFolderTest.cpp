// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/store/export/Exporter.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <gmock/gmock.h>

namespace nextquill::store {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using testing::histories;
using ::testing::Not;
using testing::reviewLine;
using testing::TemporaryProject;

ExportResult writtenFolder(TemporaryProject& from, const std::string& name,
                           const ExportSettings& settings)
{
    NoProgress progress;
    return exportReviews(*from.project, from.folder / name, settings, {}, progress);
}

/// The reviews of a project, as lines that do not depend on row ids; users' names may be others.
std::string reviewsOf(Project& project, bool withNames = true)
{
    std::vector<std::string> lines;
    const Histories store{project};
    for (const ReviewRow& row : store.reviews({.limit = 100'000})) {
        const Item item = *store.findItem(row.review.item);
        lines.push_back(Json{withNames ? row.userName : "", item.asin, item.title, item.description,
                             row.review.rating, row.review.title, row.review.text, row.review.time}
                            .dump());
    }
    std::ranges::sort(lines);
    return Json(lines).dump(1);
}

/// Imports all question files or data files of a folder into a new project.
std::string readAgain(const fs::path& folder, const std::string& ending, SourceFormat format)
{
    TemporaryProject to;
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder}) {
        if (entry.path().string().ends_with(ending)) {
            files.push_back(entry.path());
        }
    }
    NoProgress progress;
    const ImportResult read = importReviews(*to.project, files, {}, {}, progress);
    EXPECT_EQ(read.format, format);
    EXPECT_EQ(read.rejected, 0);
    EXPECT_TRUE(to.project->check(true, {}).empty());
    return reviewsOf(*to.project);
}

/// Users whose texts all are targets or history of some; several texts of one moment, one with a
/// title and description of its item.
void importSome(TemporaryProject& project)
{
    project.import(histories(3, 5) + reviewLine("same", "a", 7, "first of one moment") +
                       reviewLine("same", "b", 7, "second of \"one\" moment\nin two lines", 2.5) +
                       reviewLine("alone", "c", 1'400'000'000'123, "only one", 1),
                   R"({"parent_asin": "item2", "title": "A kettle", "description": ["Boils."]})"
                   "\n");
}

TEST(LampExport, OfAllReviewsIsReadAgainAsItWas)
{
    TemporaryProject from;
    importSome(from);
    const ExportResult all = writtenFolder(from, "lamp", {.format = ExportFormat::Lamp});
    EXPECT_EQ(all.rows, 18);
    ASSERT_EQ(all.files.size(), 3U);
    EXPECT_EQ(all.files[0].path, from.folder / "lamp/all_questions.json");
    EXPECT_EQ(all.files[0].rows, 6); // three users with one newest text, one with two, one alone
    EXPECT_EQ(all.files[0].digest, sha256OfFile(all.files[0].path));
    EXPECT_EQ(readAgain(from.folder / "lamp", "_questions.json", SourceFormat::Lamp),
              reviewsOf(*from.project));
}

TEST(LampExport, HasTheShapeOfTheBenchmark)
{
    TemporaryProject from;
    importSome(from);
    static_cast<void>(Splits{*from.project}.create({.name = "s", .minimumHistory = 2}));
    const ExportResult all =
        writtenFolder(from, "lamp", {.format = ExportFormat::Lamp, .split = "s"});
    EXPECT_EQ(all.rows, 9);
    const JsonLimits limits{};
    for (const std::string part : {"train", "dev", "test"}) {
        const Json questions =
            readJsonFile(from.folder / ("lamp/" + part + "_questions.json"), limits);
        const Json outputs = readJsonFile(from.folder / ("lamp/" + part + "_outputs.json"), limits);
        EXPECT_EQ(outputs.at("task"), "LaMP_7");
        ASSERT_EQ(questions.size(), 3U);
        ASSERT_EQ(outputs.at("golds").size(), 3U);
        for (std::size_t i = 0; i < 3; ++i) {
            const Json& question = questions.at(i);
            EXPECT_EQ(question.at("id"), outputs.at("golds").at(i).at("id"));
            EXPECT_THAT(question.at("input").get<std::string>(), HasSubstr(" item: "));
            EXPECT_THAT(question.dump(),
                        Not(HasSubstr(outputs.at("golds").at(i).at("output").get<std::string>())));
            const Json& past = question.at("profile").at(0);
            EXPECT_EQ(past.at("id"), "item0");
            EXPECT_EQ(past.at("score"), "4");
            EXPECT_EQ(past.at("date").get<std::string>().size(), 10U);
            EXPECT_TRUE(past.at("text").is_string());
        }
    }
    const Json test = readJsonFile(from.folder / "lamp/test_questions.json", limits);
    EXPECT_EQ(test.at(0).at("profile").size(), 4U);
}

TEST(HuggingFaceExport, OfAllReviewsIsReadAgainAsItWas)
{
    TemporaryProject from;
    importSome(from);
    const ExportResult all = writtenFolder(from, "hf", {.format = ExportFormat::HuggingFace});
    ASSERT_EQ(all.files.size(), 2U);
    EXPECT_EQ(all.files[0].path, from.folder / "hf/data/train-00000.jsonl");
    EXPECT_EQ(readAgain(from.folder / "hf", ".jsonl", SourceFormat::Jsonl),
              reviewsOf(*from.project));
}

TEST(HuggingFaceExport, OfASplitHasExamplesWithTheirHistories)
{
    TemporaryProject from;
    from.import(histories(3, 5));
    static_cast<void>(Splits{*from.project}.create({.name = "s", .minimumHistory = 1}));
    static_cast<void>(
        writtenFolder(from, "hf", {.format = ExportFormat::HuggingFace, .split = "s"}));
    EXPECT_EQ(readAgain(from.folder / "hf", ".jsonl", SourceFormat::NextQuillRecords),
              reviewsOf(*from.project));
    const std::string test = readFile(from.folder / "hf/data/test-00000.jsonl");
    const Json record = Json::parse(test.substr(0, test.find('\n')));
    EXPECT_EQ(record.at("user_id"), "user0");
    EXPECT_EQ(record.at("profile").size(), 4U);
    EXPECT_EQ(record.at("profile").at(0).at("asin"), "item0");
    EXPECT_EQ(record.at("data").at("asin"), "item4");
}

TEST(DataCard, SaysWhatTheDataIsWhereItIsFromAndHowItWasChosen)
{
    TemporaryProject from;
    const std::string lines = histories(3, 5) + "{broken\n" + reviewLine("v", "a", 1, "five");
    const auto file = from.folder.write("a`b|c.jsonl", lines);
    NoProgress progress;
    static_cast<void>(importReviews(*from.project, {file}, {}, {}, progress));
    static_cast<void>(importReviews(*from.project, {file}, {}, {}, progress));
    Histories{*from.project}.setExcluded({ReviewId{16}}, true, "x");
    const Split split = Splits{*from.project}.create({.name = "s", .minimumHistory = 1});
    static_cast<void>(writtenFolder(from, "hf",
                                    {.format = ExportFormat::HuggingFace,
                                     .filter = {.minimumRating = 2, .withExcluded = false},
                                     .split = "s"}));
    const std::string card = readFile(from.folder / "hf/README.md");
    EXPECT_TRUE(card.starts_with("---\npretty_name: \"p\"\nlicense: unknown\n"
                                 "size_categories:\n- n<1K\n"));
    EXPECT_THAT(card, HasSubstr("  - split: validation\n    path: data/validation-*.jsonl\n"));
    EXPECT_THAT(card, HasSubstr("12 examples of 3 users about 4 items"));
    EXPECT_THAT(card, HasSubstr("`a'b/c.jsonl`"));
    EXPECT_THAT(card, HasSubstr(sha256(lines)));
    EXPECT_THAT(card, HasSubstr(split.digest));
    EXPECT_THAT(card, HasSubstr("rated 2 or better"));
    EXPECT_THAT(card, HasSubstr("left out; the project has 1"));
    EXPECT_THAT(card, HasSubstr("curated in 1 step, of which"));
    EXPECT_THAT(card, HasSubstr("16 reviews that the sources had again"));
    EXPECT_THAT(card, HasSubstr("2 lines of the sources could not be read"));
    EXPECT_THAT(card, HasSubstr("## Licence\n\nNot known"));
    for (const std::string part : {"train", "validation", "test"}) {
        EXPECT_THAT(card,
                    HasSubstr(sha256OfFile(from.folder / ("hf/data/" + part + "-00000.jsonl"))));
    }
}

TEST(DataCard, NamesNobodyWhereThereArePseudonyms)
{
    for (const ExportFormat format : {ExportFormat::HuggingFace, ExportFormat::Lamp}) {
        TemporaryProject from;
        from.import(histories(3, 5));
        const auto user = Histories{*from.project}.findUser("user1")->id;
        const Funnel searching{.name = "f", .steps = {funnelStep("search seven")}};
        static_cast<void>(writtenFolder(from, "x",
                                        {.format = format,
                                         .filter = {.user = user, .search = "seven"},
                                         .funnel = searching,
                                         .pseudonymKey = "key"}));
        for (const fs::directory_entry& entry :
             fs::recursive_directory_iterator{from.folder / "x"}) {
            if (entry.is_regular_file()) {
                const std::string text = readFile(entry.path());
                EXPECT_THAT(text, Not(HasSubstr("user1"))) << entry.path();
                EXPECT_THAT(text, Not(HasSubstr("`seven`"))) << entry.path();
                EXPECT_THAT(text, Not(HasSubstr("search seven"))) << entry.path();
                EXPECT_TRUE(text.find("user-") != std::string::npos ||
                            entry.path().string().ends_with("_outputs.json"))
                    << entry.path();
            }
        }
    }
}

TEST(ExportFolder, ReplacesNothingButAnExport)
{
    TemporaryProject from;
    from.import(histories(3, 5));
    ExportSettings settings{.format = ExportFormat::HuggingFace};
    static_cast<void>(writtenFolder(from, "x", settings));
    EXPECT_THROW(static_cast<void>(writtenFolder(from, "x", settings)), Error);
    settings.replace = true;
    settings.format = ExportFormat::Lamp;
    static_cast<void>(writtenFolder(from, "x", settings));
    EXPECT_FALSE(fs::exists(from.folder / "x/data"));
    EXPECT_TRUE(fs::exists(from.folder / "x/all_questions.json"));
    static_cast<void>(from.folder.write("x/mine.txt", "mine"));
    EXPECT_THROW(static_cast<void>(writtenFolder(from, "x", settings)), Error);
    EXPECT_EQ(readFile(from.folder / "x/mine.txt"), "mine");
    const auto names = fs::directory_iterator{from.folder.path()};
    EXPECT_EQ(std::ranges::count_if(names,
                                    [](const fs::directory_entry& entry) {
                                        return entry.path().string().find("x.") !=
                                               std::string::npos;
                                    }),
              0);
}

class StopsSoon final : public Progress
{
public:
    void report(const ProgressReport& report) noexcept override
    {
        if (report.done >= 4) {
            source.request_stop();
        }
    }
    std::stop_source source;
};

TEST(ExportFolder, IsGoneWhenItIsStopped)
{
    TemporaryProject from;
    from.import(histories(3, 5));
    for (const ExportFormat format : {ExportFormat::HuggingFace, ExportFormat::Lamp}) {
        StopsSoon progress;
        EXPECT_THROW(
            static_cast<void>(exportReviews(*from.project, from.folder / "x", {.format = format},
                                            progress.source.get_token(), progress)),
            Stopped);
        for (const fs::directory_entry& entry : fs::directory_iterator{from.folder.path()}) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("x")) << entry.path();
        }
    }
}

} // namespace
} // namespace nextquill::store
