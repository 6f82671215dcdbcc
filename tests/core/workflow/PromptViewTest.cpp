// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/PromptView.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/RunLedger.h"
#include "core/workflow/Inspection.h"
#include "core/workflow/ProjectRun.h"

#include "tests/core/workflow/SampleProject.h"

#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace nextquill::workflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using text::SelectionKind;

constexpr const char* ownTemplate =
    "=== system ===\n=== user ===\n{history}|{item_title}\n=== with history ===\n{reviews}\n"
    "=== without history ===\nnone\n=== review ===\n<{text}>\n=== missing ===\n-\n";

class PromptViews : public testing::SampleProject
{
protected:
    void SetUp() override
    {
        SampleProject::SetUp();
        if (!IsSkipped()) {
            m_files = model::ModelFiles::open(m_model);
            m_settings.budget.promptTokens = 440;
            m_settings.target.targetTokens = 64;
        }
    }

    [[nodiscard]] PromptView view(const store::ExampleData& data) const
    {
        return promptView(data, "tiny", *m_files, m_settings);
    }

    std::shared_ptr<const model::ModelFiles> m_files;
    ExampleSettings m_settings;
};

TEST_F(PromptViews, TokensAreThoseThatAreSentAndCoverTheText)
{
    const store::ExampleData data = example(6);
    const PromptView shown = view(data);
    const text::TwinPrompt sent = promptFor(data, *m_files, m_settings, shown.answerTokens);
    std::vector<text::TokenId> ids;
    std::size_t covered = 0;
    for (const PromptToken& token : shown.tokens) {
        ids.push_back(token.id);
        EXPECT_LE(token.bytes.begin, covered);
        covered = std::max(covered, token.bytes.end);
    }

    EXPECT_EQ(ids, text::encode(*m_files->tokenizer(), sent.with));
    EXPECT_EQ(shown.text, sent.with.text());
    EXPECT_EQ(covered, shown.text.size());
    EXPECT_LE(shown.tokens.size(), shown.limit);
    const PromptParts& parts = shown.parts;
    EXPECT_EQ(parts.markup + parts.instruction + parts.item + parts.reviews + parts.request,
              shown.tokens.size());
    EXPECT_GT(parts.markup, 0U);
    EXPECT_GT(parts.reviews, 0U);
}

TEST_F(PromptViews, EveryReviewOfTheHistoryHasAFateAndAReason)
{
    m_settings.budget.maximumReviews = 4;
    const store::ExampleData data = example(8);
    const PromptView shown = view(data);

    ASSERT_EQ(shown.reviews.size(), data.history.size());
    std::size_t used = 0;
    for (const PromptReview& review : shown.reviews) {
        EXPECT_GT(review.tokens, 0U);
        EXPECT_EQ(review.place.has_value(),
                  review.fate == ReviewFate::Whole || review.fate == ReviewFate::Cut);
        used += review.place ? 1 : 0;
        if (review.rank >= 4) {
            EXPECT_EQ(review.fate, ReviewFate::BeyondCount);
            EXPECT_EQ(reasonFor(review, shown), "beyond the 4 newest that are taken");
        }
        if (review.fate == ReviewFate::NoRoom) {
            EXPECT_THAT(reasonFor(review, shown),
                        ::testing::AnyOf(HasSubstr("no room"), HasSubstr("list ends")));
        }
    }
    EXPECT_GT(used, 0U);
    EXPECT_LT(used, data.history.size());
}

TEST_F(PromptViews, AReviewThatHasNoRoomSaysWhatItNeedsAndWhatIsLeft)
{
    store::ExampleData data = example(2);
    data.history.resize(2);
    data.historyItems.resize(2);
    data.history[0].text = "Short.";
    data.history[1].text = std::string(4'000, 'x');
    const PromptView shown = view(data);

    EXPECT_EQ(shown.reviews[0].fate, ReviewFate::Whole);
    EXPECT_EQ(shown.reviews[1].fate, ReviewFate::NoRoom);
    EXPECT_EQ(reasonFor(shown.reviews[1], shown),
              fmt::format("no room: it has {} tokens, {} are left", shown.reviews[1].tokens,
                          shown.limit - shown.tokens.size()));
}

TEST_F(PromptViews, TheProjectsTemplateAndSelectionAreUsedUntilSomethingElseIsSaid)
{
    keepTemplate(*m_project, "mine", ownTemplate);
    useForPrompts(*m_project, "mine", {.kind = SelectionKind::Words});
    const store::ExampleData data = example(3);
    const PromptView own = view(data);
    EXPECT_EQ(own.templateName, "mine@1");
    EXPECT_EQ(own.selection.kind, SelectionKind::Words);
    EXPECT_THAT(own.text, HasSubstr("|" + store::titleOf(data.item)));
    EXPECT_TRUE(own.reviews[0].score);

    m_settings.promptTemplate = templateNamed(*m_project, "nextquill");
    m_settings.selection = text::SelectionRule{};
    const PromptView other = view(data);
    EXPECT_EQ(other.templateName, "nextquill");
    EXPECT_THAT(other.text, HasSubstr("[Item Title]"));
    EXPECT_EQ(other.reviews[0].review.id, data.history[0].id);
}

TEST_F(PromptViews, ByTimeThoseTakenStandNewestFirst)
{
    store::ExampleData data = example(6);
    for (store::Review& review : data.history) {
        review.text = "Short.";
        review.title = "T";
    }
    for (store::Item& item : data.historyItems) {
        item.title = "I";
        item.description.clear();
    }
    data.item.title = "harp";
    data.history[2].text = "harp and harp";
    data.history[4].text = "a harp with harp strings, harp";
    m_settings.budget.maximumReviews = 2;
    const auto placesOf = [&] {
        std::vector<ReviewId> ids(2);
        for (const PromptReview& review : view(data).reviews) {
            if (review.place) {
                ids.at(*review.place) = review.review.id;
            }
        }
        return ids;
    };
    m_settings.selection = text::SelectionRule{.kind = SelectionKind::Words};
    std::vector<ReviewId> ranked = placesOf();
    m_settings.selection->byTime = true;
    EXPECT_THAT(placesOf(), ElementsAre(data.history[2].id, data.history[4].id));
    std::sort(ranked.begin(), ranked.end());
    std::vector<ReviewId> both{data.history[2].id, data.history[4].id};
    std::sort(both.begin(), both.end());
    EXPECT_EQ(ranked, both);
}

TEST_F(PromptViews, InspectionNamesTheReviewsThatTheRuleChose)
{
    m_settings.selection = text::SelectionRule{.kind = SelectionKind::Words};
    m_settings.budget.maximumReviews = 3;
    const store::ExampleData data = example(6);
    const PromptView shown = view(data);
    const auto model = decoder();
    const Inspection inspected =
        inspect(data, *model, "tiny", m_settings, std::nullopt, true, {}, m_progress);

    ASSERT_FALSE(inspected.history.empty());
    for (const PromptReview& review : shown.reviews) {
        if (review.place) {
            EXPECT_EQ(inspected.history.at(*review.place).review.id, review.review.id);
        }
    }
    EXPECT_EQ(inspected.attribution->reviews, std::ssize(inspected.history));
}

TEST_F(PromptViews, ARunKeepsTheTemplateAndSelectionThatItBeganWith)
{
    keepTemplate(*m_project, "mine", ownTemplate);
    useForPrompts(*m_project, "mine", {.kind = SelectionKind::Words});
    const store::Split split = smallSplit();
    m_project.reset();
    const store::RunRow run = prepareRun(m_file, {.model = m_model.string(),
                                                  .split = split.settings.name,
                                                  .name = "kept",
                                                  .settings = quickTraining()});
    m_project = store::Project::open(m_file, store::OpenMode::ReadWrite);
    useForPrompts(*m_project, "nextquill", {});

    const auto manifestFile = m_project->folder() / run.folder / "manifest.json";
    const auto manifest = OrderedJson::parse(readFile(manifestFile));
    const PromptRecipe recipe = promptRecipeOf(manifest, "manifest");
    EXPECT_EQ(recipe.promptTemplate.reference, "mine@1");
    EXPECT_EQ(recipe.promptTemplate.source.source(), ownTemplate);
    EXPECT_EQ(recipe.selection.kind, SelectionKind::Words);
    EXPECT_EQ(manifest.at("prompt").at("template").at("sha256"),
              recipe.promptTemplate.source.digest());
    EXPECT_EQ(manifest.at("prompt").at("selection_sha256").get<std::string>().size(), 64U);

    ExampleSettings settings;
    followRunOf(
        {.name = "kept", .base = m_model, .adapter = {}, .run = m_project->folder() / run.folder},
        settings);
    EXPECT_EQ(templateFor(example(2), settings).reference, "mine@1");
}

TEST_F(PromptViews, ARunOfAnOldVersionHasThePresetAndTheNewest)
{
    const PromptRecipe recipe = promptRecipeOf(OrderedJson::object(), "manifest");

    EXPECT_EQ(recipe.promptTemplate.reference, "nextquill");
    EXPECT_EQ(recipe.selection, text::SelectionRule{});
    EXPECT_THROW(static_cast<void>(promptRecipeOf({{"prompt", 3}}, "manifest")), Error);
}

TEST_F(PromptViews, TemplatesAreReadBeforeTheyAreKept)
{
    try {
        keepTemplate(*m_project, "mine", "=== user ===\n{author}\n");
        FAIL() << "it was kept";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("{author}"));
    }
    EXPECT_THROW(keepTemplate(*m_project, "lamp-4", ownTemplate), Error);
    EXPECT_THROW(useForPrompts(*m_project, "none", {}), Error);
    EXPECT_THROW(useForPrompts(*m_project, "", {.kind = SelectionKind::Meaning}), Error);
    EXPECT_TRUE(store::Templates{*m_project}.all().empty());
}

TEST_F(PromptViews, AsJsonItHasBudgetReviewsAndTokens)
{
    const OrderedJson json = toJson(view(example(6)));

    EXPECT_EQ(json.at("budget").at("used"), json.at("tokens").size());
    EXPECT_EQ(json.at("budget").at("used").get<int>() + json.at("budget").at("left").get<int>(),
              json.at("budget").at("limit").get<int>());
    EXPECT_EQ(json.at("template").at("name"), "nextquill");
    EXPECT_EQ(json.at("reviews").at(0).at("place"), 0);
    EXPECT_TRUE(json.at("reviews").at(0).at("score").is_null());
    const std::string text = json.at("text");
    for (const auto& token : json.at("tokens")) {
        const auto begin = token.at("start").get<std::size_t>();
        const std::string bytes = text.substr(begin, token.at("end").get<std::size_t>() - begin);
        EXPECT_EQ(token.at("text"), toUtf8(bytes)); // parts of a character are shown as U+FFFD
    }
}

} // namespace
} // namespace nextquill::workflow
