// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AtomicFile.h"

#include "tests/app/cli/CommandLine.h"

#include <fstream>
#include <gmock/gmock.h>

namespace nextquill::app::testing {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;
using ::testing::Not;

class ModelCommands : public CommandLineWithModel
{
protected:
    /// The tiny model with a chat template that nobody knows.
    [[nodiscard]] std::string strangeModel() const
    {
        const fs::path folder = m_folder / "strange";
        fs::create_directory(folder);
        for (const fs::directory_entry& file : fs::directory_iterator{m_model}) {
            if (file.path().filename() != "tokenizer_config.json") {
                fs::copy_file(file.path(), folder / file.path().filename());
            }
        }
        Json config = readJsonFile(fs::path{m_model} / "tokenizer_config.json", {});
        config["chat_template"] =
            "{% for m in messages %}@@{{ m.role }}: {{ m.content }}{% endfor %}";
        std::ofstream{folder / "tokenizer_config.json"} << config;
        return folder.string();
    }

    /// Ids of a user's reviews, the oldest first.
    [[nodiscard]] std::vector<std::string> reviewsOfAUser(const std::string& project) const
    {
        const auto user = json({"data", "list", project, "--limit", "1"})
                              .at("users")
                              .at(0)
                              .at("user")
                              .get<std::string>();
        std::vector<std::string> ids;
        const Json reviews = json({"data", "list", project, "--user", user}).at("reviews");
        for (const Json& row : reviews) {
            ids.insert(ids.begin(), std::to_string(row.at("id").get<int>()));
        }
        return ids;
    }
};

TEST_F(ModelCommands, TokenizeGivesIdsOffsetsAndTheTextBack)
{
    const std::string text = "The <|im_end|> of caf\xc3\xa9";
    const Ended ended =
        run({"tokenize", "--model", m_model, "--offsets"}, Json(text).dump() + "\n");
    ASSERT_EQ(ended.status, 0) << ended.err;
    const Json line = ended.lines().at(0);
    ASSERT_EQ(line.at("ids").size(), line.at("offsets").size());
    EXPECT_THAT(line.at("ids"), ::testing::Contains(Json(1202))); // recognised in the text
    EXPECT_EQ(line.at("offsets").back().at(1), text.size());      // bytes, not characters
    const Ended back = run({"tokenize", "--model", m_model, "--decode"}, line.at("ids").dump());
    EXPECT_EQ(back.lines().at(0).at("text"), text);
    expectFailure(run({"tokenize", "--model", m_model}, "no string"), 1, "standard input, line 1");
    expectFailure(run({"tokenize", "--model", m_model, "--decode"}, "[99999]"), 1, "99999");
}

TEST_F(ModelCommands, GenerateIsTheSameForTheSameSeedAndKeepsIds)
{
    const std::string prompts =
        R"({"id": "a", "prompt": "The kettle"})"
        "\n"
        R"({"id": 7, "with_history": "I like tea. The", "without_history": "The"})"
        "\n";
    const std::vector<std::string> command{"generate", "--model", m_model,   "--seed",
                                           "3",        "--dtype", "float32", "--max-new-tokens",
                                           "5"};
    const Ended first = run(command, prompts);
    ASSERT_EQ(first.status, 0) << first.err;
    const std::vector<Json> lines = first.lines();
    ASSERT_EQ(lines.size(), 2);
    EXPECT_EQ(lines[0].at("id"), "a");
    EXPECT_EQ(lines[1].at("id"), 7);
    EXPECT_TRUE(lines[0].at("text").is_string());
    EXPECT_GT(lines[0].at("tokens_per_second").get<double>(), 0);
    EXPECT_FALSE(lines[0].contains("pce"));
    EXPECT_EQ(lines[1].at("pce").size(), lines[1].at("ids").size());
    const std::vector<Json> again = run(command, prompts).lines();
    EXPECT_EQ(again.at(0).at("ids"), lines[0].at("ids"));
    EXPECT_EQ(again.at(1).at("ids"), lines[1].at("ids"));
}

TEST_F(ModelCommands, GenerateDrawsAtATemperatureAndNotWhenGreedy)
{
    // The authors set a temperature and no sampling, so that it was ignored (BACKGROUND 2.4, 20).
    const auto ids = [&](const std::vector<std::string>& how) {
        std::vector<std::string> command{"generate", "--model", m_model, "--max-new-tokens", "12"};
        command.insert(command.end(), how.begin(), how.end());
        return run(command, R"({"prompt": "The kettle"})").lines().at(0).at("ids");
    };
    EXPECT_NE(ids({"--seed", "1", "--temperature", "2"}),
              ids({"--seed", "2", "--temperature", "2"}));
    EXPECT_EQ(ids({"--seed", "1", "--greedy"}), ids({"--seed", "2", "--greedy"}));
    EXPECT_EQ(ids({"--seed", "1", "--top-k", "1"}), ids({"--greedy"}));
}

TEST_F(ModelCommands, GenerateRefusesWhatIsNoPromptWithItsLine)
{
    const std::vector<std::string> command{"generate", "--model", m_model, "--max-new-tokens", "2"};
    expectFailure(run(command, "\n{}"), 1, "standard input, line 2");
    expectFailure(run(command, R"({"with_history": "a"})"), 1, "without_history");
    expectFailure(
        run({"generate", "--model", m_model, "--max-new-tokens", "4000"}, R"({"prompt": "The"})"),
        1, "exceed the model's context of 512");
    expectFailure(run({"generate", "--model", "nowhere"}), 1, "no model \"nowhere\"");
}

TEST_F(ModelCommands, PceHasTheContractsFields)
{
    const std::string record =
        R"({"id": "r1", "with_history": "I love tea. Kettle:", "without_history": "Kettle:", )"
        R"("target": "A fine kettle."})";
    const Ended ended = run({"pce", "--model", m_model, "--dtype", "float32"}, record);
    ASSERT_EQ(ended.status, 0) << ended.err;
    const Json result = ended.lines().at(0);
    EXPECT_EQ(result.at("id"), "r1");
    double sum = 0;
    for (const Json& token : result.at("tokens")) {
        for (const char* field : {"id", "p_h", "p_0", "pce", "logp_h", "logp_0", "js"}) {
            EXPECT_TRUE(token.at(field).is_number()) << field;
        }
        EXPECT_NEAR(token.at("pce").get<double>(),
                    token.at("p_h").get<double>() - token.at("p_0").get<double>(), 1e-6);
        sum += token.at("pce").get<double>();
    }
    const Json& end = result.at("tokens").back();
    EXPECT_EQ(end.at("id"), 1202);
    EXPECT_TRUE(end.at("start").is_null() && end.at("end").is_null());
    EXPECT_NEAR(result.at("mean_pce").get<double>(),
                sum / static_cast<double>(result.at("tokens").size()), 1e-6);
    EXPECT_TRUE(result.at("preference_ratio").is_number());
    const Ended open = run({"pce", "--model", m_model, "--no-eos"}, record);
    EXPECT_EQ(open.lines().at(0).at("tokens").size(), result.at("tokens").size() - 1);
}

TEST_F(ModelCommands, PceOfEqualPromptsIsNothing)
{
    const Json result =
        run({"pce", "--model", m_model, "--dtype", "float32"},
            R"({"with_history": "Kettle:", "without_history": "Kettle:", "target": "A kettle"})")
            .lines()
            .at(0);
    EXPECT_NEAR(result.at("mean_pce").get<double>(), 0, 1e-6);
    EXPECT_EQ(result.at("preference_ratio"), 0);
}

TEST_F(ModelCommands, InfoTellsAllOfAModelWhoseChatTemplateIsUnknown)
{
    const std::string strange = strangeModel();
    const Json known = json({"model", "info", m_model});
    const Json unknown = json({"model", "info", strange});
    EXPECT_EQ(known.at("markup"), "chatml");
    EXPECT_EQ(known.at("markup_problem"), "");
    EXPECT_EQ(unknown.at("markup"), "not recognised");
    EXPECT_THAT(unknown.at("markup_problem").get<std::string>(),
                HasSubstr("nextquill data markup"));
    for (const char* field :
         {"architecture", "parameters", "dtype", "context", "vocabulary", "bytes", "memory"}) {
        EXPECT_EQ(unknown.at(field), known.at(field)) << field;
    }
    const Ended words = run({"model", "info", strange});
    EXPECT_EQ(words.status, 0) << words.err;
    EXPECT_THAT(words.out, HasSubstr("chat markup   not recognised: "));
    EXPECT_THAT(words.out, HasSubstr("512 tokens"));
}

TEST_F(ModelCommands, AProjectIsGivenAMarkupForAModelThatHasNone)
{
    const std::string strange = strangeModel();
    const std::string project = sampleProject();
    const std::vector<std::string> training{"train",       project,  "--model",
                                            strange,       "--name", "r",
                                            "--max-steps", "1",      "--max-prompt-tokens",
                                            "300"};
    expectFailure(run(training), 1, "nextquill data markup PROJECT --from FILE.json");
    EXPECT_THAT(run({"data", "markup", project}).out, HasSubstr("no markup was given"));

    std::ofstream{m_folder / "markup.json"} << json({"data", "markup", project, "--form"});
    EXPECT_EQ(json({"data", "markup", project, "--from", "markup.json"}).at("model"), "");
    const Json given = json({"data", "markup", project}).at("markups");
    ASSERT_EQ(given.size(), 1);
    EXPECT_EQ(given.at(0).at("markup").at("user").at("prefix"), "<|im_start|>user\n");
    const Ended trained = run(training);
    EXPECT_EQ(trained.status, 0) << trained.err;

    EXPECT_EQ(json({"data", "markup", project, "--remove"}).at("removed"), "");
    expectFailure(run({"data", "markup", project, "--remove"}), 1, "no markup was given");
    std::ofstream{m_folder / "markup.json"} << R"({"user": {"prefx": "x"}})";
    expectFailure(run({"data", "markup", project, "--from", "markup.json"}), 1,
                  "\"user.prefx\" is not known");
    EXPECT_EQ(run({"data", "markup", project, "--from", "markup.json", "--remove"}).status, 2);
}

TEST_F(ModelCommands, AModelAddedToAProjectIsKnownByItsName)
{
    const std::string project = sampleProject();
    EXPECT_EQ(json({"model", "add", project, m_model, "--name", "tiny"}).at("added"), "tiny");
    const Json models = json({"model", "list", project}).at("models");
    ASSERT_EQ(models.size(), 1);
    EXPECT_EQ(models.at(0).at("name"), "tiny");
    EXPECT_EQ(json({"model", "info", "tiny", "--project", project}).at("context"), 512);
}

TEST_F(ModelCommands, CompareWritesBothTextsWhereThereIsAHistory)
{
    const std::string project = sampleProject();
    const std::string id = reviewsOfAUser(project).back();
    const Json compared =
        json({"compare", project, "--example", id, "--models", m_model, "--max-new-tokens", "6"});
    EXPECT_EQ(compared.at("id"), id);
    ASSERT_EQ(compared.at("texts").size(), 2);
    const Json& plain = compared.at("texts").at(0);
    const Json& personal = compared.at("texts").at(1);
    EXPECT_EQ(plain.at("with_history"), false);
    EXPECT_EQ(personal.at("with_history"), true);
    EXPECT_GT(personal.at("history_reviews").get<int>(), 0);
    EXPECT_FALSE(personal.at("pce").empty());
    for (const char* metric : {"rouge1", "rouge2", "rougeL", "meteor", "bleu", "chrf"}) {
        EXPECT_TRUE(personal.at("scores").at(metric).is_number()) << metric;
    }
}

TEST_F(ModelCommands, CompareSaysWhereThereIsNoHistoryAndPretendsNone)
{
    const std::string project = sampleProject();
    const std::string first = reviewsOfAUser(project).front();
    const std::vector<std::string> command{"compare",  project, "--example",        first,
                                           "--models", m_model, "--max-new-tokens", "6"};
    const Json compared = json(command);
    ASSERT_EQ(compared.at("texts").size(), 1);
    EXPECT_EQ(compared.at("texts").at(0).at("with_history"), false);
    EXPECT_EQ(compared.at("texts").at(0).at("history_reviews"), 0);
    const Ended words = run(command);
    EXPECT_EQ(words.status, 0) << words.err;
    EXPECT_THAT(words.out, HasSubstr("has no earlier review: there is no text with history"));
    EXPECT_THAT(words.out, Not(HasSubstr(", with history (")));
    EXPECT_THAT(words.out, Not(HasSubstr("mean PCE")));
}

TEST_F(ModelCommands, InspectWritesEveryTextualFormatTheSameTwice)
{
    const std::string project = sampleProject();
    const std::string id = reviewsOfAUser(project).back();
    const std::vector<std::string> files{"a.html", "a.svg", "a.tex", "a.csv", "a.json"};
    std::vector<std::string> command{"inspect",   project, "--model",       m_model,
                                     "--example", id,      "--attribution", "--out"};
    command.insert(command.end(), files.begin(), files.end());
    const Json whole = json(command);
    EXPECT_EQ(whole.at("id"), id);
    EXPECT_EQ(whole.at("tokens").size(), whole.at("attribution").size());
    EXPECT_FALSE(whole.at("history").empty());
    EXPECT_FALSE(whole.at("tokens").at(0).at("top_h").empty());
    const auto contents = [&](const std::string& name) {
        std::ifstream stream{m_folder / name, std::ios::binary};
        return std::string{std::istreambuf_iterator<char>{stream}, {}};
    };
    const std::string svg = contents("a.svg");
    EXPECT_THAT(svg, HasSubstr("<svg "));
    EXPECT_THAT(contents("a.html"), HasSubstr("<!doctype html>"));
    EXPECT_EQ(parseJson(contents("a.json"), {.bytes = std::size_t{64} << 20}, "a.json"), whole);
    static_cast<void>(json(command));
    EXPECT_EQ(contents("a.svg"), svg); // UX.md, c26
    expectFailure(run({"inspect", project, "--model", m_model, "--example", id, "--out", "a.bmp"}),
                  1, "a.bmp");
    expectFailure(run({"inspect", project, "--model", m_model, "--example", "999999"}), 1,
                  "there is no review 999999");
    expectFailure(
        run({"inspect", project, "--model", m_model, "--example", reviewsOfAUser(project).front()}),
        1, "no history");
}

TEST_F(ModelCommands, InspectTestsWhatItShows)
{
    const std::string project = sampleProject();
    const std::string id = reviewsOfAUser(project).back();
    const std::vector<std::string> command{
        "inspect", project,      "--model", m_model,       "--example",      id,       "--placebo",
        "3",       "--resample", "3",       "--sentences", "--faithfulness", "--seed", "7"};
    const Json whole = json(command);
    const std::size_t tokens = whole.at("tokens").size();
    const Json& placebo = whole.at("controls").at("placebo");
    EXPECT_EQ(whole.at("controls").at("seed"), 7);
    EXPECT_EQ(placebo.at("histories").size(), 3);
    EXPECT_EQ(placebo.at("tokens").size(), tokens);
    EXPECT_EQ(placebo.at("effect").at(0).size(), 3);
    EXPECT_EQ(whole.at("controls").at("resampled").at("histories").size(), 3);
    EXPECT_FALSE(whole.at("controls").contains("shuffled"));
    EXPECT_EQ(whole.at("sentences").at(0).at("effect").size(), tokens);
    EXPECT_TRUE(whole.at("faithfulness").contains("lds"));
    EXPECT_EQ(json(command), whole); // by the seed alone
    const Ended words = run(command);
    EXPECT_THAT(words.out, HasSubstr("tokens are this user's own"));
    EXPECT_THAT(words.out, HasSubstr("strongest sentence"));
    EXPECT_THAT(words.err, HasSubstr("controls: 6 prompts in "));
    EXPECT_EQ(
        run({"inspect", project, "--model", m_model, "--example", id, "--placebo", "-1"}).status,
        2);
}

TEST_F(ModelCommands, EvaluateHasARowPerModelAndWorld)
{
    const std::string project = sampleProject();
    const Json evaluation =
        json({"evaluate", project, "--models", m_model, "--limit", "2", "--texts", "1",
              "--max-new-tokens", "4", "--texts-out", "texts.jsonl"});
    ASSERT_EQ(evaluation.at("rows").size(), 2);
    const Json texts = Json::parse(readFile(m_folder / "texts.jsonl")); // one example: one line
    ASSERT_EQ(texts.at("texts").size(), 2);
    EXPECT_EQ(texts.at("texts").at(1).at("scores").at("rouge1"),
              evaluation.at("rows").at(1).at("rouge1").at("mean"));
    for (const Json& row : evaluation.at("rows")) {
        EXPECT_EQ(row.at("examples"), 2);
        EXPECT_EQ(row.at("texts"), 1);
        for (const char* figure : {"nll", "mean_pce", "rouge1", "rougeL", "meteor"}) {
            EXPECT_LE(row.at(figure).at("low"), row.at(figure).at("mean")) << figure;
            EXPECT_GE(row.at(figure).at("high"), row.at(figure).at("mean")) << figure;
        }
        EXPECT_TRUE(row.at("bleu").is_number() && row.at("chrf").is_number());
    }
    EXPECT_EQ(evaluation.at("rows").at(0).at("history"), false);
    EXPECT_EQ(evaluation.at("rows").at(1).at("history"), true);
    expectFailure(run({"evaluate", project, "--models", m_model, "--split", "nonsense"}), 1,
                  "nonsense");
    expectFailure(run({"evaluate", project, "--models", m_model, "--texts-out", "none/t.jsonl"}), 1,
                  "the folder for the texts is not there");
}

} // namespace
TEST_F(ModelCommands, EffectsAreMeasuredOnceAndSummedUp)
{
    const std::string project = sampleProject();
    const std::vector<std::string> command{"effects", project, "--model", m_model, "--limit", "3"};
    std::vector<std::string> first = command;
    first.insert(first.end(), {"--out", "effects.csv", "effects.json"});
    const Json measured = json(first);
    EXPECT_EQ(measured.at("measured"), 3);
    EXPECT_EQ(measured.at("kept"), 0);
    const Json& summary = measured.at("summary");
    EXPECT_EQ(summary.at("all").at("texts"), 3);
    for (const char* list : {"positions", "classes", "users"}) {
        ASSERT_FALSE(summary.at(list).empty()) << list;
        EXPECT_GT(summary.at(list).at(0).at("places").at(0).at("example"), 0) << list;
    }
    EXPECT_THAT(readFile(m_folder / "effects.csv"), HasSubstr("\nusers,"));
    EXPECT_EQ(Json::parse(readFile(m_folder / "effects.json")).at("all").at("texts"), 3);

    const Json again = json(command);
    EXPECT_EQ(again.at("measured"), 0);
    EXPECT_EQ(again.at("kept"), 3);
    EXPECT_EQ(again.at("summary").at("all"), summary.at("all"));
    const Ended words = run(command);
    EXPECT_EQ(words.status, 0) << words.err;
    EXPECT_THAT(words.out, HasSubstr("nothing to measure, 3 texts are kept"));
    EXPECT_THAT(words.out, HasSubstr("class of word"));
    const std::string user = summary.at("users").at(0).at("name");
    std::vector<std::string> ofUser = command;
    ofUser.insert(ofUser.end(), {"--kept-only", "--user", user});
    const Json own = json(ofUser).at("summary");
    ASSERT_EQ(own.at("users").size(), 1);
    EXPECT_EQ(own.at("users").at(0), summary.at("users").at(0));
    ofUser.back() = "nobody";
    expectFailure(run(ofUser), 1, "no measured text is by user \"nobody\"");
    expectFailure(run({"effects", project, "--model", m_model, "--out", "a.bmp"}), 1, "a.bmp");
    expectFailure(run({"effects", project, "--model", m_model, "--split", "nonsense"}), 1,
                  "nonsense");
}

TEST_F(ModelCommands, InspectSaysInSentencesWhatTheNumbersMean)
{
    const std::string project = sampleProject();
    const std::string id = reviewsOfAUser(project).back();
    const std::vector<std::string> command{"inspect",   project, "--model",     m_model,
                                           "--example", id,      "--whole-text"};
    const Json whole = json(command);
    EXPECT_TRUE(whole.at("whole_text").at("bits").is_number());
    EXPECT_TRUE(whole.at("whole_text").at("likeliest_strength").at("strength").is_number());
    EXPECT_TRUE(whole.at("sentences").is_array());
    const Ended words = run(command);
    EXPECT_THAT(words.out, HasSubstr("for someone with this history"));
    EXPECT_THAT(words.out, HasSubstr("The likeliest strength of the history is"));
}

} // namespace nextquill::app::testing
