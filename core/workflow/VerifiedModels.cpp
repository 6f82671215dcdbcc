// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/VerifiedModels.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/hub/FileLock.h"
#include "core/workflow/KnownModels.h"
#include "core/workflow/ModelRegistry.h"

#include <chrono>
#include <fmt/format.h>
#include <system_error>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

constexpr int verifiedFormat = 1;

/// Changes with each file's size and time, whatever is in it.
std::string stateOfFiles(const fs::path& path)
{
    std::string state;
    for (const fs::path& file : filesOf({.path = path})) {
        std::error_code error; // a file that cannot be looked at is one that has changed
        const std::uintmax_t size = fs::file_size(file, error);
        const auto time = fs::last_write_time(file, error).time_since_epoch().count();
        state += fmt::format("{} {} {}\n", file.filename().string(), size, time);
    }
    return sha256(state);
}

/// The entries of the file, by path; none where it is no such file.
Json readEntries(const fs::path& file)
{
    std::error_code error;
    try {
        Json json = fs::exists(file, error) ? readJsonFile(file, {}) : Json{};
        if (json.is_object() && json.contains("models") && json.at("models").is_object()) {
            return json.at("models");
        }
    } catch (const Error& damaged) {
        static_cast<void>(damaged); // counts as empty, as the header says
    }
    return Json::object();
}

std::optional<CheckState> stateNamed(const std::string& word)
{
    for (const CheckState state : {CheckState::Passed, CheckState::Failed, CheckState::Skipped}) {
        if (word == name(state)) {
            return state;
        }
    }
    return std::nullopt;
}

} // namespace

fs::path pathOf(const ModelChoice& choice)
{
    return choice.adapter.value_or(choice.base);
}

VerifiedModels::VerifiedModels(fs::path file)
    : m_file{std::move(file)}
{
}

fs::path VerifiedModels::defaultFile()
{
    return ModelRegistry::defaultFile().parent_path() / "verified.json";
}

std::optional<VerifiedModel> VerifiedModels::find(const fs::path& path) const
{
    const Json entries = readEntries(m_file);
    const auto found = entries.find(path.string());
    if (found == entries.end()) {
        return std::nullopt;
    }
    try {
        VerifiedModel model{.time = found->at("time").get<std::int64_t>(),
                            .isChanged =
                                found->at("files").get<std::string>() != stateOfFiles(path)};
        for (const Json& row : found->at("checks")) {
            const auto state = stateNamed(row.at("state").get<std::string>());
            model.checks.push_back({.name = row.at("check").get<std::string>(),
                                    .state = state.value_or(CheckState::Skipped),
                                    .found = row.at("found").get<std::string>(),
                                    .remedy = row.at("remedy").get<std::string>()});
        }
        return model;
    } catch (const Json::exception&) { // not written by us: not known, as the header says
        return std::nullopt;
    }
}

void VerifiedModels::note(const fs::path& path, const std::vector<ModelCheck>& checks)
{
    NoProgress quiet;
    const hub::FileLock lock{m_file.string() + ".lock", "the list of self-checks", {}, quiet};
    const Json before = readEntries(m_file);
    OrderedJson entries = OrderedJson::object();
    for (const auto& [known, entry] : before.items()) {
        std::error_code error;
        if (known != path.string() && fs::exists(known, error)) {
            entries[known] = OrderedJson(entry);
        }
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    entries[path.string()] = {
        {"time", std::chrono::duration_cast<std::chrono::milliseconds>(now).count()},
        {"files", stateOfFiles(path)},
        {"checks", toJson(checks)}};
    const OrderedJson json{{"schema", verifiedFormat}, {"models", std::move(entries)}};
    writeFileAtomically(m_file,
                        json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
}

} // namespace nextquill::workflow
