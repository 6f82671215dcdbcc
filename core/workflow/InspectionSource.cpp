// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/InspectionSource.h"

#include "core/model/ModelFiles.h"
#include "core/workflow/PromptSources.h"

#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <mutex>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

/// A digest reads about a gigabyte a second. Larger models go without one.
constexpr std::uint64_t digestBytes = std::uint64_t{2} << 30U;

std::string stampOf(const fs::path& file)
{
    std::error_code ignored;
    return fmt::format("{}\n{}\n{}\n", file.string(), fs::file_size(file, ignored),
                       fs::last_write_time(file, ignored).time_since_epoch().count());
}

/// What tells that a model's files are those that were read before.
std::string stampOf(const model::ModelFiles& files)
{
    std::string stamp = stampOf(files.path());
    std::error_code ignored;
    if (fs::is_directory(files.path(), ignored)) {
        for (const fs::directory_entry& entry : fs::directory_iterator{files.path(), ignored}) {
            stamp += stampOf(entry.path());
        }
    }
    return stamp;
}

} // namespace

std::string promptWords(const store::ExampleData& data, const ExampleSettings& settings)
{
    const text::SelectionRule rule = selectionFor(data, settings);
    return fmt::format("at most {} past reviews and {} tokens, {}{}, template {}",
                       settings.budget.maximumReviews, settings.budget.promptTokens,
                       rule == text::SelectionRule{}
                           ? std::string{"the newest"}
                           : "selection " + text::toJson(rule).at("select").get<std::string>(),
                       settings.budget.fill || rule.fill ? ", filled" : "",
                       templateFor(data, settings).reference);
}

std::string weightsDigest(const model::ModelFiles& files, const StopToken& stop)
{
    static std::mutex mutex;
    static std::map<std::string, std::string> known;
    if (files.bytes() > digestBytes) {
        return {};
    }
    const std::string stamp = stampOf(files);
    {
        const std::scoped_lock lock{mutex};
        if (const auto found = known.find(stamp); found != known.end()) {
            return found->second;
        }
    }
    NoProgress quiet;
    const std::string digest = files.digest(stop, quiet);
    const std::scoped_lock lock{mutex};
    return known[stamp] = digest;
}

} // namespace nextquill::workflow
