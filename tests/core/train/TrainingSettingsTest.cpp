// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/TrainingSettings.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <set>

namespace nextquill::train {

namespace {

namespace fs = std::filesystem;
using causal::ObjectiveKind;
using nextquill::testing::TemporaryFolder;
using ::testing::HasSubstr;

using Kind = TrainingField::Kind;

/// A value that the field takes and that is not its default.
std::string anotherValue(const TrainingField& field)
{
    const std::string current = valueOf({}, field.name);
    switch (field.kind) {
    case Kind::Switch:
        return current == "true" ? "false" : "true";
    case Kind::Integer:
        return std::to_string(std::stoll(current) + 33);
    case Kind::Number:
        return current == "0.25" ? "0.125" : "0.25";
    case Kind::Choice:
        return field.choices.front() == current ? field.choices.back() : field.choices.front();
    case Kind::Text:
        break;
    }
    if (field.name == "activation-checkpointing") {
        return "on";
    }
    if (field.name == "effect-source") {
        return "frozen:models/a \"quoted\" \\ name";
    }
    if (field.name == "lora-targets") {
        return "o_proj,q_proj";
    }
    return field.name == "dtype" ? "float64" : "cuda:1";
}

Error refusalOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return {ErrorKind::Internal, "nothing was refused", "", ""};
}

Error refusalOf(const std::string& field, const std::string& value)
{
    TrainingSettings settings;
    return refusalOf([&] { setValue(settings, field, value); });
}

TrainingSettings readFrom(const std::string& toml)
{
    const TemporaryFolder temporary;
    TrainingSettings settings;
    readRunFile(temporary.write("RUN.toml", toml), settings);
    return settings;
}

Error refusalOfFile(const std::string& toml)
{
    return refusalOf([&] { static_cast<void>(readFrom(toml)); });
}

TEST(TrainingSettings, EveryFieldGoesThroughTomlAndBack)
{
    for (const TrainingField& field : trainingFields()) {
        const std::string value = anotherValue(field);
        TrainingSettings settings;
        setValue(settings, field.name, value);
        ASSERT_EQ(valueOf(settings, field.name), value);

        const TrainingSettings again = readFrom(toToml(settings));

        for (const TrainingField& every : trainingFields()) {
            EXPECT_EQ(valueOf(again, every.name), valueOf(settings, every.name))
                << every.name << " after " << field.name;
        }
    }
}

TEST(TrainingSettings, EveryFieldChangesItselfAlone)
{
    std::set<std::string> names;
    for (const TrainingField& field : trainingFields()) {
        EXPECT_TRUE(names.insert(field.name).second) << field.name;
        TrainingSettings settings;
        setValue(settings, field.name, anotherValue(field));
        for (const TrainingField& other : trainingFields()) {
            // Another objective brings its own alpha along.
            const bool follows = field.name == "objective" && other.name == "alpha";
            if (other.name != field.name && !follows) {
                EXPECT_EQ(valueOf(settings, other.name), valueOf({}, other.name))
                    << other.name << " after " << field.name;
            }
        }
    }
}

TEST(TrainingSettings, EveryFieldIsDescribed)
{
    const std::set<std::string> groups{"Objective", "Adapters", "Optimizer",  "Data",
                                       "Prompt",    "Machine",  "Checkpoints"};
    for (const TrainingField& field : trainingFields()) {
        EXPECT_TRUE(groups.contains(field.group)) << field.name;
        EXPECT_FALSE(field.help.empty()) << field.name;
        EXPECT_EQ(field.kind == Kind::Choice, field.kind != Kind::Text && !field.choices.empty())
            << field.name;
    }
}

TEST(TrainingSettings, NumbersKeepTheirLastBit)
{
    for (const double rate : {0.1, 5e-6, 1.0 / 3, 1e-300, 3e-4, 9.999999999999999e-5, 1.0, 0.0}) {
        TrainingSettings settings;
        settings.learningRate = rate;
        EXPECT_EQ(readFrom(toToml(settings)).learningRate, rate);
    }
}

TEST(TrainingSettings, JsonHasEveryFieldInItsOwnType)
{
    const TrainingSettings settings = preset("paper");
    const Json json = toJson(settings);

    EXPECT_EQ(json.size(), trainingFields().size());
    EXPECT_EQ(json.at("objective"), "nextquill");
    EXPECT_EQ(json.at("full"), true);
    EXPECT_EQ(json.at("accumulation"), 64);
    EXPECT_EQ(json.at("lr"), 5e-6);
    EXPECT_EQ(json.at("lora-targets"), "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj");
    EXPECT_TRUE(json.at("seed").is_number_integer());
    EXPECT_TRUE(json.at("weight-decay").is_number_float());
}

TEST(TrainingSettings, PaperPresetIsTheAuthorsRecipe)
{
    const TrainingSettings s = preset("paper");
    EXPECT_EQ(s.objective.kind, ObjectiveKind::NextQuill);
    EXPECT_EQ(s.objective.alpha, 0.1);
    EXPECT_EQ(s.objective.threshold, 0.05);
    EXPECT_EQ(s.objective.highWeight, 0.9);
    EXPECT_EQ(s.objective.lowWeight, 0.1);
    EXPECT_TRUE(s.objective.noHistoryGradient);
    EXPECT_EQ(s.objective.normalize, causal::Normalize::Record);
    EXPECT_TRUE(s.full);
    EXPECT_EQ(s.dtype, "bfloat16");
    EXPECT_EQ(s.learningRate, 5e-6);
    EXPECT_EQ(s.weightDecay, 0.025);
    EXPECT_EQ(s.warmupRatio, 0.01);
    EXPECT_EQ(s.schedule, Schedule::Linear);
    EXPECT_EQ(s.epochs, 5);
    EXPECT_EQ(s.batch * s.accumulation, 1 * 16 * 4);
    EXPECT_EQ(s.batch, 1);
    EXPECT_EQ(s.seed, 42U);
    EXPECT_EQ(s.maxPromptTokens, 2048U);
    EXPECT_EQ(s.maxTargetTokens, 2048U);
    EXPECT_EQ(s.maxReviews, 8U);
}

TEST(TrainingSettings, PresetsAreValidAndOthersRefused)
{
    for (const char* name : {"paper", "cpu-tryout"}) {
        EXPECT_NO_THROW(validate(preset(name)));
    }
    const Error refusal = refusalOf([] { static_cast<void>(preset("papper")); });
    EXPECT_EQ(refusal.kind(), ErrorKind::BadInput);
    EXPECT_THAT(refusal.what(), HasSubstr("papper"));
    EXPECT_THAT(refusal.remedy(), HasSubstr("cpu-tryout"));
}

TEST(TrainingSettings, ObjectiveBringsItsAlphaAlongInWhateverOrderTheyStand)
{
    EXPECT_EQ(readFrom("objective = \"causal\"\n").objective.alpha, 0.01);
    EXPECT_EQ(readFrom("alpha = 0.7\nobjective = \"causal\"\n").objective.alpha, 0.7);
    EXPECT_EQ(readFrom("objective = \"sft\"\n").objective.alpha, 0);
}

TEST(TrainingSettings, WrongValueIsRefusedWithFieldValueAndWhatIsAllowed)
{
    const struct
    {
        const char* field;
        const char* value;
        const char* allowed;
    } cases[] = {
        {"lr", "fast", "a number from 0 to 10"},
        {"lr", "-1e-5", "a number from 0 to 10"},
        {"lr", "nan", "a number from 0 to 10"},
        {"lr", "inf", "a number from 0 to 10"},
        {"lr", "1e-4x", "a number from 0 to 10"},
        {"lr", "", "a number from 0 to 10"},
        {"epochs", "0", "a number from 1"},
        {"epochs", "2.5", "a number from 1"},
        {"epochs", "99999999999999999999", "a number from 1"},
        {"seed", "-1", "a number from 0"},
        {"warmup-ratio", "1.01", "a number from 0 to 1"},
        {"objective", "next-quill", "nextquill, token-weight"},
        {"schedule", "exponential", "linear, cosine, constant"},
        {"normalize", "token", "record, batch"},
        {"shuffle", "maybe", "on or off"},
        {"device", "tpu", "auto, cpu, cuda or cuda:N"},
        {"dtype", "float16", "auto, float32, bfloat16 or float64"},
        {"activation-checkpointing", "yes", "auto, on or off"},
        {"effect-source", "frozen:", "online or frozen:MODEL"},
        {"lora-targets", "q_proj,lm_head", "down_proj"},
        {"lora-targets", "", "q_proj"},
    };
    for (const auto& c : cases) {
        const Error refusal = refusalOf(c.field, c.value);
        EXPECT_EQ(refusal.kind(), ErrorKind::BadInput) << c.field << " " << c.value;
        EXPECT_EQ(refusal.where(), c.field);
        const std::string bad = c.value == std::string{"q_proj,lm_head"} ? "lm_head" : c.value;
        EXPECT_THAT(refusal.problem(), HasSubstr("\"" + bad + "\"")) << c.field;
        EXPECT_THAT(refusal.remedy(), HasSubstr(c.allowed)) << c.field;
    }
}

TEST(TrainingSettings, RefusedValueChangesNothing)
{
    TrainingSettings settings;
    EXPECT_THROW(setValue(settings, "lora-targets", "q_proj,nothing"), Error);
    EXPECT_THROW(setValue(settings, "lr", "11"), Error);
    EXPECT_EQ(toToml(settings), toToml({}));
}

TEST(TrainingSettings, SwitchesTakeTheirUsualWords)
{
    TrainingSettings settings;
    for (const char* on : {"true", "on", "yes", "1"}) {
        settings.full = false;
        setValue(settings, "full", on);
        EXPECT_TRUE(settings.full) << on;
    }
    for (const char* off : {"false", "off", "no", "0"}) {
        settings.full = true;
        setValue(settings, "full", off);
        EXPECT_FALSE(settings.full) << off;
    }
    setValue(settings, "no-eos", "true");
    EXPECT_FALSE(settings.endOfText);
}

TEST(TrainingSettings, UnknownFieldIsRefused)
{
    EXPECT_THAT(refusalOf("learning-rate", "1").what(), HasSubstr("learning-rate"));
    EXPECT_THROW(static_cast<void>(valueOf({}, "learning-rate")), Error);
}

TEST(TrainingSettings, SettingsThatContradictEachOtherAreRefused)
{
    const auto problem = [](const std::function<void(TrainingSettings&)>& change) {
        TrainingSettings settings;
        change(settings);
        return refusalOf([&] { validate(settings); }).problem();
    };

    EXPECT_THAT(problem([](auto& s) { s.objective.highWeight = s.objective.lowWeight = 0; }),
                HasSubstr("weight"));
    EXPECT_THAT(problem([](auto& s) { s.objective.clipLow = 6; }), HasSubstr("clip-low"));
    EXPECT_THAT(problem([](auto& s) { s.lowRank.targets.clear(); }), HasSubstr("adapter"));
    EXPECT_THAT(problem([](auto& s) {
                    s.optimizerState = OptimizerState::EightBit;
                    s.dtype = "float64";
                }),
                HasSubstr("optimizer-state"));
    EXPECT_THAT(problem([](auto& s) {
                    s.objective.kind = ObjectiveKind::Sft;
                    s.effectSource = "frozen:base";
                }),
                HasSubstr("effect-source"));
}

TEST(TrainingSettings, SettingsThatGoTogetherAreNotRefused)
{
    TrainingSettings settings;
    EXPECT_NO_THROW(validate(settings));
    settings.effectSource = "frozen:base";
    EXPECT_NO_THROW(validate(settings));
    settings.objective.kind = ObjectiveKind::TokenWeight;
    EXPECT_NO_THROW(validate(settings));
    settings.full = true;
    settings.lowRank.targets.clear();
    EXPECT_NO_THROW(validate(settings));
    settings.objective.lowWeight = 0;
    EXPECT_NO_THROW(validate(settings));
}

TEST(TrainingSettings, RunFilesErrorsNameFileLineAndKey)
{
    const Error value = refusalOfFile("# a run\nepochs = 2\n\nlr = \"fast\"\n");
    EXPECT_EQ(value.kind(), ErrorKind::BadInput);
    EXPECT_THAT(value.where(), HasSubstr("RUN.toml, line 4, lr"));
    EXPECT_THAT(value.problem(), HasSubstr("fast"));

    const Error key = refusalOfFile("epochs = 2\nlearning_rate = 1e-4\n");
    EXPECT_THAT(key.where(), HasSubstr("RUN.toml, line 2, learning_rate"));

    const Error table = refusalOfFile("[optimizer]\nlr = 1e-4\n");
    EXPECT_THAT(table.where(), HasSubstr("line 1, optimizer"));

    const Error array = refusalOfFile("lora-targets = [\"q_proj\"]\n");
    EXPECT_THAT(array.where(), HasSubstr("line 1, lora-targets"));

    const Error syntax = refusalOfFile("epochs = 2\nlr = \n");
    EXPECT_EQ(syntax.kind(), ErrorKind::BadInput);
    EXPECT_THAT(syntax.where(), HasSubstr("RUN.toml, line 2"));

    const Error twice = refusalOfFile("lr = 1e-4\nlr = 1e-5\n");
    EXPECT_THAT(twice.where(), HasSubstr("line 2"));
}

TEST(TrainingSettings, RunFileStandsOnTopOfWhatWasSet)
{
    const TemporaryFolder temporary;
    TrainingSettings settings = preset("cpu-tryout");
    readRunFile(temporary.write("RUN.toml", "lora-rank = 2\n"), settings);
    EXPECT_EQ(settings.lowRank.rank, 2);
    EXPECT_EQ(settings.maxSteps, preset("cpu-tryout").maxSteps);
}

TEST(TrainingSettings, RunFileThatIsMissingOrHugeIsRefused)
{
    const TemporaryFolder temporary;
    TrainingSettings settings;
    EXPECT_EQ(refusalOf([&] { readRunFile(temporary / "none.toml", settings); }).kind(),
              ErrorKind::Storage);
    EXPECT_EQ(refusalOfFile("#" + std::string(std::size_t{2} << 20, 'x')).kind(),
              ErrorKind::BadInput);
}

} // namespace

} // namespace nextquill::train
