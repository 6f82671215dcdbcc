// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ProjectExamples.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/LineReader.h"
#include "core/model/ModelFiles.h"
#include "core/store/Project.h"

#include <fmt/format.h>
#include <mutex>
#include <utility>

namespace nextquill::workflow {

namespace {

text::ReviewText reviewText(const store::Review& review, const store::Item& item)
{
    return {.itemTitle = item.title.empty() ? item.asin : item.title,
            .itemDescription = item.description,
            .rating = review.rating,
            .title = review.title,
            .text = review.text};
}

std::string exampleName(const store::ExampleData& data)
{
    return fmt::format("example {} of {}", number(data.target.id), data.userName);
}

std::string requiredText(const Json& record, const char* field, const std::string& where)
{
    const auto found = record.find(field);
    if (found == record.end() || !found->is_string()) {
        throw Error{ErrorKind::BadInput, fmt::format("the record has no text \"{}\"", field), where,
                    "a record has id, with_history, without_history and target"};
    }
    return found->get<std::string>();
}

} // namespace

text::TwinPrompt promptFor(const store::ExampleData& data, const model::ModelFiles& files,
                           const ExampleSettings& settings)
{
    std::vector<text::ReviewText> history;
    history.reserve(data.history.size());
    for (std::size_t i = 0; i < data.history.size(); ++i) {
        history.push_back(reviewText(data.history[i], data.historyItems[i]));
    }
    text::ReviewText request = reviewText(data.target, data.item);
    request.text.clear(); // the answer is never part of the prompt
    return text::PromptTemplate::preset(settings.promptTemplate)
        .render(files.markup(), *files.tokenizer(), request, history, settings.budget);
}

causal::TwinExample twinExampleFor(const store::ExampleData& data, const model::ModelFiles& files,
                                   const ExampleSettings& settings,
                                   const std::optional<std::string>& targetText)
{
    const text::TwinPrompt prompt = promptFor(data, files, settings);
    return causal::makeTwinExample(exampleName(data), text::encode(*files.tokenizer(), prompt.with),
                                   text::encode(*files.tokenizer(), prompt.without),
                                   *files.tokenizer(), targetText.value_or(data.target.text),
                                   files.endOfText(), settings.target);
}

struct ProjectExamples::State
{
    std::unique_ptr<store::Project> project;
    std::vector<ExampleId> ids;
    std::shared_ptr<const model::ModelFiles> files;
    ExampleSettings settings;
    std::mutex mutex; // one query at a time on the connection
};

ProjectExamples::ProjectExamples(const std::filesystem::path& project, std::vector<ExampleId> ids,
                                 std::shared_ptr<const model::ModelFiles> files,
                                 ExampleSettings settings)
    : m_state{std::make_unique<State>()}
{
    m_state->project = store::Project::open(project, store::OpenMode::ReadOnly);
    m_state->ids = std::move(ids);
    m_state->files = std::move(files);
    m_state->settings = std::move(settings);
}

ProjectExamples::~ProjectExamples() = default;

std::int64_t ProjectExamples::size() const
{
    return static_cast<std::int64_t>(m_state->ids.size());
}

causal::TwinExample ProjectExamples::example(std::int64_t index) const
{
    store::ExampleData data;
    {
        const std::scoped_lock lock{m_state->mutex};
        data = store::Histories{*m_state->project}.example(
            m_state->ids.at(static_cast<std::size_t>(index)));
    }
    return twinExampleFor(data, *m_state->files, m_state->settings);
}

struct RecordExamples::State
{
    struct Record
    {
        std::string id;
        std::string with;
        std::string without;
        std::string target;
    };

    std::vector<Record> records;
    std::shared_ptr<const model::ModelFiles> files;
    causal::TargetLimits limits;
};

RecordExamples::RecordExamples(const std::filesystem::path& jsonl,
                               std::shared_ptr<const model::ModelFiles> files,
                               causal::TargetLimits limits)
    : m_state{std::make_unique<State>()}
{
    m_state->files = std::move(files);
    m_state->limits = limits;
    LineReader reader{jsonl};
    while (const auto line = reader.next()) {
        if (line->text.empty()) {
            continue;
        }
        const std::string where = fmt::format("{}, line {}", jsonl.string(), line->number);
        const Json record = parseJson(line->text, {.bytes = std::size_t{64} << 20}, where);
        if (!record.is_object()) {
            throw Error{ErrorKind::BadInput, "the line is no JSON object", where,
                        "give one record a line"};
        }
        const auto id = record.find("id");
        m_state->records.push_back({.id = id == record.end() ? std::to_string(line->number)
                                          : id->is_string()  ? id->get<std::string>()
                                                             : id->dump(),
                                    .with = requiredText(record, "with_history", where),
                                    .without = requiredText(record, "without_history", where),
                                    .target = requiredText(record, "target", where)});
    }
    if (m_state->records.empty()) {
        throw Error{ErrorKind::BadInput, "there is no record", jsonl.string(),
                    "give JSON lines with id, with_history, without_history and target"};
    }
}

RecordExamples::~RecordExamples() = default;

std::int64_t RecordExamples::size() const
{
    return static_cast<std::int64_t>(m_state->records.size());
}

causal::TwinExample RecordExamples::example(std::int64_t index) const
{
    const State::Record& record = m_state->records.at(static_cast<std::size_t>(index));
    const text::Tokenizer& tokenizer = *m_state->files->tokenizer();
    // Ready prompts: special tokens in them are recognised, nothing is added.
    return causal::makeTwinExample(record.id, tokenizer.encode(record.with).ids,
                                   tokenizer.encode(record.without).ids, tokenizer, record.target,
                                   m_state->files->endOfText(), m_state->limits);
}

} // namespace nextquill::workflow
