// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/Redaction.h"

#include "core/base/Error.h"
#include "core/store/Erasure.h"
#include "core/store/Histories.h"
#include "core/store/Recipe.h"

#include "tests/core/store/TemporaryProject.h"
#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

namespace nextquill::curate {
namespace {

using testing::reviewLine;
using testing::TemporaryProject;

std::string titledLine(const std::string& user, std::int64_t time, const std::string& title,
                       const std::string& text)
{
    return OrderedJson{{"user_id", user}, {"parent_asin", "i"}, {"rating", 4},
                       {"title", title},  {"text", text},       {"timestamp", time}}
               .dump() +
           "\n";
}

void fillPersonal(TemporaryProject& temporary)
{
    temporary.import(
        titledLine("ann", 1, "by ann@example.org", "Call (212) 555-0123, says ben_k.") +
        titledLine("ben_k", 2, "T", "Nothing of that kind here.") +
        titledLine("ben_k", 3, "T", "See www.example.org or ANN@example.org") +
        titledLine("cleo", 4, "T", "+49 30 1234567 and +49 30 7654321"));
}

RedactionReport look(TemporaryProject& temporary, const RedactionSettings& settings = {})
{
    NoProgress progress;
    return findPersonalData(*temporary.project, settings, {}, progress);
}

RedactionReport mask(TemporaryProject& temporary, const RedactionSettings& settings = {})
{
    NoProgress progress;
    return redact(*temporary.project, settings, {}, progress);
}

std::string textsOf(TemporaryProject& temporary)
{
    std::string texts;
    for (const auto& row : store::Histories{*temporary.project}.reviews({})) {
        texts += row.review.title + "|" + row.review.text + "\n";
    }
    return texts;
}

TEST(Redaction, CountsPlacesReviewsAndUsersOfEachKind)
{
    TemporaryProject temporary;
    fillPersonal(temporary);
    const std::string before = textsOf(temporary);
    const RedactionReport report = look(temporary);
    EXPECT_EQ(report.reviews, 4);
    EXPECT_EQ(report.withAny, 3);
    EXPECT_EQ(report.found.at(PersonalKind::Email).places, 2);
    EXPECT_EQ(report.found.at(PersonalKind::Email).users, 2);
    EXPECT_EQ(report.found.at(PersonalKind::Phone).places, 3);
    EXPECT_EQ(report.found.at(PersonalKind::Phone).reviews, 2);
    EXPECT_EQ(report.found.at(PersonalKind::Url).places, 1);
    EXPECT_EQ(report.found.at(PersonalKind::UserName).places, 1);
    EXPECT_EQ(report.changed, 0);
    EXPECT_EQ(textsOf(temporary), before);
}

TEST(Redaction, MasksTitlesAndTextsAsOneStepThatCanBeUndone)
{
    TemporaryProject temporary;
    fillPersonal(temporary);
    const std::string before = textsOf(temporary);
    const RedactionReport report = mask(temporary);
    EXPECT_EQ(report.changed, 3);
    EXPECT_TRUE(report.left.empty());
    const std::string after = textsOf(temporary);
    EXPECT_EQ(after, "by [email]|Call [phone], says [user].\nT|Nothing of that kind here.\n"
                     "T|See [url] or [email]\nT|[phone] and [phone]\n");
    store::Histories histories{*temporary.project};
    EXPECT_TRUE(histories.reviews({.search = "example"}).empty());
    EXPECT_EQ(histories.reviews({.search = "email"}).size(), 2U);
    EXPECT_EQ(temporary.project->check(true, {}), std::vector<std::string>{});
    EXPECT_EQ(histories.undo(), "Mask personal data in 3 reviews");
    EXPECT_EQ(textsOf(temporary), before);
    EXPECT_EQ(histories.reviews({.search = "example"}).size(), 2U);
    EXPECT_EQ(histories.redo(), "Mask personal data in 3 reviews");
    EXPECT_EQ(textsOf(temporary), after);
    EXPECT_EQ(temporary.project->check(true, {}), std::vector<std::string>{});
}

TEST(Redaction, OfWhatIsMaskedMakesNoStep)
{
    TemporaryProject temporary;
    fillPersonal(temporary);
    static_cast<void>(mask(temporary));
    const auto steps = store::curationSteps(*temporary.project).size();
    const RedactionReport again = mask(temporary);
    EXPECT_EQ(again.changed, 0);
    EXPECT_TRUE(again.found.empty());
    EXPECT_EQ(store::curationSteps(*temporary.project).size(), steps);
}

TEST(Redaction, TakesTheKindsAndReviewsThatItIsGiven)
{
    TemporaryProject temporary;
    fillPersonal(temporary);
    RedactionSettings settings{.kinds = {PersonalKind::Phone}};
    settings.where.set("user", "=ann");
    EXPECT_EQ(mask(temporary, settings).changed, 1);
    EXPECT_EQ(textsOf(temporary),
              "by ann@example.org|Call [phone], says ben_k.\nT|Nothing of that kind here.\n"
              "T|See www.example.org or ANN@example.org\nT|+49 30 1234567 and +49 30 7654321\n");
    settings = {};
    settings.where.setSearch("ben_k");
    EXPECT_EQ(mask(temporary, settings).changed, 1);
    settings = {};
    settings.where.set("text", "/@[a-z]+/"); // no longer matches what it has masked
    EXPECT_EQ(mask(temporary, settings).changed, 1);
    EXPECT_EQ(look(temporary, settings).reviews, 0);
}

TEST(Redaction, LeavesNamesAloneThatAreWords)
{
    TemporaryProject temporary;
    std::string lines;
    for (int i = 0; i < 12; ++i) {
        lines += titledLine("u" + std::to_string(i), i + 1, "T",
                            "such music, " + std::string{i < 3 ? "thanks to clara" : "indeed"});
    }
    temporary.import(lines + titledLine("music", 100, "T", "short") +
                     titledLine("Clara", 101, "T", "short"));
    const RedactionReport report = look(temporary);
    EXPECT_EQ(report.found.at(PersonalKind::UserName).places, 3);
    ASSERT_EQ(report.names.size(), 1U);
    EXPECT_EQ(report.names.front().name, "clara");
    ASSERT_EQ(report.leftAlone.size(), 1U);
    EXPECT_EQ(report.leftAlone.front().name, "music");
    EXPECT_EQ(report.leftAlone.front().texts, 12);
    EXPECT_EQ(look(temporary, {.commonNameTexts = 0}).found.at(PersonalKind::UserName).places, 15);
}

TEST(Redaction, ShowsExamplesWithTheWordsAround)
{
    TemporaryProject temporary;
    const std::string padding(200, 'x');
    temporary.import(
        titledLine("u", 1, "T", padding + " \u00FC ann@example.org, \u00FC " + padding));
    const RedactionReport report = look(temporary);
    ASSERT_EQ(report.examples.size(), 1U);
    const PersonalExample& example = report.examples.front();
    EXPECT_EQ(example.before.substr(example.match.begin, example.match.size()), "ann@example.org");
    EXPECT_LT(example.before.size(), 160U);
    EXPECT_NE(example.after.find(" \u00FC [email], \u00FC "), std::string::npos) << example.after;
    EXPECT_TRUE(look(temporary, {.examples = 0}).examples.empty());
}

TEST(Redaction, OfTheRealMusicReviewsFindsWhatReadingThemFound)
{
    NEXTQUILL_NEED_SHARED(reviews, "data/amazon-digital-music-2014/reviews.jsonl");
    TemporaryProject temporary;
    NoProgress progress;
    static_cast<void>(store::importReviews(*temporary.project, {reviews}, {}, {}, progress));
    const RedactionReport report = look(temporary);
    EXPECT_EQ(report.found.at(PersonalKind::Email).places, 8);
    EXPECT_EQ(report.found.at(PersonalKind::Url).places, 12);
    EXPECT_FALSE(report.found.contains(PersonalKind::Phone));
    EXPECT_FALSE(report.found.contains(PersonalKind::UserName));
    EXPECT_EQ(mask(temporary).changed, 20);
    EXPECT_TRUE(look(temporary).found.empty());
}

TEST(Redaction, ThatIsStoppedChangesNothing)
{
    TemporaryProject temporary;
    fillPersonal(temporary);
    const std::string before = textsOf(temporary);
    std::stop_source stop;
    class StopWhenMasking final : public Progress
    {
    public:
        explicit StopWhenMasking(std::stop_source& source)
            : m_source{source}
        {
        }
        void report(const ProgressReport& report) noexcept override
        {
            if (report.stage == "looking for names") {
                m_source.request_stop();
            }
        }

    private:
        std::stop_source& m_source;
    } progress{stop};
    EXPECT_THROW(redact(*temporary.project, {}, stop.get_token(), progress), Stopped);
    EXPECT_EQ(textsOf(temporary), before);
    EXPECT_TRUE(store::curationSteps(*temporary.project).empty());
}

} // namespace
} // namespace nextquill::curate
