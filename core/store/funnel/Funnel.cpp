// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/funnel/Funnel.h"

#include "core/base/Error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace nextquill::store {

namespace {

constexpr std::size_t mostSteps = 64;
constexpr std::size_t longestText = 4'096;

constexpr std::array<FunnelStepForm, 8> forms{{
    {FunnelStepKind::Where, "where", FunnelArgument::Text, "reviews that a filter matches"},
    {FunnelStepKind::Search, "search", FunnelArgument::Text, "reviews with these words"},
    {FunnelStepKind::UserReviews, "user-reviews", FunnelArgument::Number,
     "users with at least so many reviews left"},
    {FunnelStepKind::ItemUsers, "item-users", FunnelArgument::Number,
     "items that at least so many users left reviewed"},
    {FunnelStepKind::Core, "core", FunnelArgument::Number,
     "users and items with at least so many reviews among each other"},
    {FunnelStepKind::Newest, "newest", FunnelArgument::Number,
     "so many of each user's newest reviews"},
    {FunnelStepKind::OnePerItem, "one-per-item", FunnelArgument::None,
     "of a user's reviews about one item the earliest"},
    {FunnelStepKind::SampleUsers, "sample-users", FunnelArgument::Number,
     "so many users, drawn with a seed"},
}};

const FunnelStepForm* formNamed(std::string_view name)
{
    const auto* const found = std::ranges::find(forms, name, &FunnelStepForm::name);
    return found == forms.end() ? nullptr : found;
}

std::string namesOfForms()
{
    std::string names;
    for (const FunnelStepForm& form : forms) {
        names += names.empty() ? "" : ", ";
        names += form.name;
    }
    return names;
}

[[noreturn]] void refuse(const std::string& problem, std::string_view step,
                         const std::string& remedy)
{
    throw Error{ErrorKind::BadInput, problem, "step \"" + std::string{step} + "\"", remedy};
}

template<typename Number>
std::optional<Number> numberFrom(std::string_view digits)
{
    Number number{};
    const auto [end, failed] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return failed == std::errc{} && end == digits.data() + digits.size() ? std::optional{number}
                                                                         : std::nullopt;
}

/// What stands before the first blank, which is taken off with the blanks behind it.
std::string_view takeWord(std::string_view& text)
{
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(' ')));
    return word;
}

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos
               ? std::string_view{}
               : text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

void requireSensibleStep(const FunnelStep& step)
{
    const FunnelStepForm& form = formOf(step.kind);
    if (form.argument == FunnelArgument::Text &&
        (trimmed(step.text).empty() || step.text.size() > longestText)) {
        refuse("a text of 1 to 4,096 bytes is missing", form.name,
               fmt::format("write what to look for behind \"{}\"", form.name));
    }
    if (form.argument == FunnelArgument::Number && step.number < 1) {
        refuse("a number from 1 upwards is missing", form.name,
               fmt::format("write it behind \"{}\"", form.name));
    }
}

FunnelStep numberStep(const FunnelStepForm& form, std::string_view rest, std::string_view whole)
{
    FunnelStep step{.kind = form.kind};
    const std::string_view digits = takeWord(rest);
    const auto number = numberFrom<std::int64_t>(digits);
    if (!number) {
        refuse("a number from 1 upwards is missing", whole, fmt::format("try \"{} 5\"", form.name));
    }
    step.number = *number;
    if (form.kind == FunnelStepKind::SampleUsers && !rest.empty()) {
        const std::string_view word = takeWord(rest);
        const auto seed = word == "seed" ? numberFrom<std::uint64_t>(takeWord(rest)) : std::nullopt;
        if (!seed) {
            refuse("the seed cannot be read", whole, "try \"sample-users 100 seed 7\"");
        }
        step.seed = *seed;
    }
    if (!rest.empty()) {
        refuse("there is more than the step takes", whole,
               "leave out \"" + std::string{rest} + "\"");
    }
    return step;
}

FunnelStep stepFrom(const Json& json)
{
    const FunnelStepForm* const form = formNamed(json.at("step").get<std::string>());
    if (form == nullptr) {
        throw Error{ErrorKind::Unsupported, "a step of the funnel is not known",
                    "step \"" + json.at("step").get<std::string>() + "\"", "update NextQuill"};
    }
    return {.kind = form->kind,
            .text = json.value("text", std::string{}),
            .number = json.value("number", std::int64_t{0}),
            .seed = json.value("seed", FunnelStep{}.seed),
            .isOn = json.value("on", true)};
}

} // namespace

std::span<const FunnelStepForm> funnelStepForms()
{
    return forms;
}

const FunnelStepForm& formOf(FunnelStepKind kind)
{
    return forms.at(static_cast<std::size_t>(kind));
}

std::string text(const FunnelStep& step)
{
    const FunnelStepForm& form = formOf(step.kind);
    std::string text{form.name};
    if (form.argument == FunnelArgument::Text) {
        text += " " + step.text;
    } else if (form.argument == FunnelArgument::Number) {
        text += fmt::format(" {}", step.number);
    }
    if (step.kind == FunnelStepKind::SampleUsers) {
        text += fmt::format(" seed {}", step.seed);
    }
    return text;
}

FunnelStep funnelStep(std::string_view text)
{
    const std::string_view whole = trimmed(text);
    std::string_view rest = whole;
    const std::string_view word = takeWord(rest);
    const FunnelStepForm* const form = formNamed(word);
    if (form == nullptr) {
        refuse("there is no such step", whole, "begin with one of " + namesOfForms());
    }
    FunnelStep step{.kind = form->kind};
    if (form->argument == FunnelArgument::Number) {
        step = numberStep(*form, rest, whole);
    } else if (form->argument == FunnelArgument::Text) {
        step.text = rest;
    } else if (!rest.empty()) {
        refuse("there is more than the step takes", whole,
               "leave out \"" + std::string{rest} + "\"");
    }
    requireSensibleStep(step);
    return step;
}

void requireSensible(const Funnel& funnel)
{
    if (funnel.steps.size() > mostSteps) {
        throw Error{ErrorKind::BadInput,
                    fmt::format("a funnel of {} steps is too long", funnel.steps.size()),
                    "funnel " + funnel.name, "give it 64 steps or fewer"};
    }
    for (const FunnelStep& step : funnel.steps) {
        requireSensibleStep(step);
    }
}

OrderedJson toJson(const Funnel& funnel)
{
    OrderedJson steps = OrderedJson::array();
    for (const FunnelStep& step : funnel.steps) {
        const FunnelStepForm& form = formOf(step.kind);
        OrderedJson object{{"step", form.name}};
        if (form.argument == FunnelArgument::Text) {
            object["text"] = step.text;
        } else if (form.argument == FunnelArgument::Number) {
            object["number"] = step.number;
        }
        if (step.kind == FunnelStepKind::SampleUsers) {
            object["seed"] = step.seed;
        }
        object["on"] = step.isOn;
        steps.push_back(std::move(object));
    }
    return {{"name", funnel.name}, {"steps", std::move(steps)}};
}

Funnel funnelFrom(const Json& json, const std::string& where)
{
    try {
        Funnel funnel{.name = json.at("name").get<std::string>(), .steps = {}};
        for (const Json& step : json.at("steps")) {
            funnel.steps.push_back(stepFrom(step));
        }
        requireSensible(funnel);
        return funnel;
    } catch (const Json::exception&) {
        throw Error{ErrorKind::BadInput, "this is no funnel", where,
                    "write it as docs/formats.md has it"};
    }
}

} // namespace nextquill::store
