// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/SyntheticProject.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/NewFile.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/store/import/Importer.h"
#include "core/study/TruthFile.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace nextquill::study {

namespace fs = std::filesystem;

namespace {

constexpr const char* splitName = "held-out users";

/// A folder beside the project in which it is made, removed with what is left in it.
class MakingFolder
{
public:
    explicit MakingFolder(const fs::path& project)
    {
        std::string name = project.string() + ".making-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) {
            throw Error{ErrorKind::Storage,
                        std::string{"no folder can be made ("} + std::strerror(errno) + ")",
                        fs::absolute(project).parent_path().string(),
                        "name a project in a folder that can be written"};
        }
        m_path = name;
    }
    ~MakingFolder()
    {
        std::error_code ignored; // nobody is there who could do something about it
        fs::remove_all(m_path, ignored);
    }
    MakingFolder(const MakingFolder&) = delete;
    MakingFolder& operator=(const MakingFolder&) = delete;

    [[nodiscard]] fs::path operator/(const char* name) const { return m_path / name; }

private:
    fs::path m_path;
};

std::string itemLines(const SyntheticWorld& world)
{
    std::string lines;
    for (const SyntheticItem& item : world.items) {
        lines += toLine({{"title", item.title},
                         {"description", OrderedJson::array({item.description})},
                         {"parent_asin", item.key}}) +
                 "\n";
    }
    return lines;
}

/// Amazon's release of 2023.
std::string reviewLines(const SyntheticWorld& world)
{
    std::string lines;
    for (const SyntheticUser& user : world.users) {
        for (const SyntheticReview& review : user.reviews) {
            const std::string& key = world.items[review.item].key;
            lines += toLine({{"rating", static_cast<double>(review.rating)},
                             {"title", review.title},
                             {"text", review.text},
                             {"asin", key},
                             {"parent_asin", key},
                             {"user_id", user.name},
                             {"timestamp", review.time}}) +
                     "\n";
        }
    }
    return lines;
}

void importWorld(store::Project& project, const SyntheticWorld& world, const StopToken& stop,
                 Progress& progress)
{
    const store::ImportResult result = store::importReviewText(
        project, reviewLines(world), itemLines(world), "synthetic users", stop, progress);
    if (result.stopped) {
        throw Stopped{};
    }
    if (result.rejected > 0 || result.duplicates > 0) {
        throw Error{ErrorKind::Internal, "the project did not take all synthetic reviews",
                    project.file().string(), "report this, with the command"};
    }
}

/// The truth of all texts, under the ids that the project gave them.
std::vector<TextTruth> truthOf(store::Project& project, const SyntheticWorld& world,
                               const StopToken& stop, Progress& progress)
{
    const store::Histories histories{project};
    std::vector<TextTruth> truth;
    for (const SyntheticUser& user : world.users) {
        stopPoint(stop);
        std::vector<std::vector<TrueWord>> effects = trueEffectsOf(world, user);
        const auto rows = histories.timeline(histories.userCalled(user.name).id); // newest first
        for (std::size_t i = 0; i < effects.size(); ++i) {
            const store::Review& review = rows.at(rows.size() - 1 - i).review;
            truth.push_back({.example = review.id,
                             .user = user.name,
                             .type = user.type,
                             .textDigest = sha256(review.text),
                             .pastTexts = static_cast<std::int64_t>(i),
                             .words = std::move(effects[i])});
        }
        progress.report({.done = std::ssize(truth),
                         .total = std::ssize(world.users) * std::ssize(effects),
                         .stage = "true effects"});
    }
    return truth;
}

void requireFree(const fs::path& file)
{
    if (fs::exists(file)) {
        throw Error{ErrorKind::BadInput, "there is a file of that name already", file.string(),
                    "name another project, or move that file away"};
    }
}

} // namespace

SyntheticProject makeSyntheticProject(const fs::path& project, const SyntheticSettings& settings,
                                      const StopToken& stop, Progress& progress)
{
    SyntheticProject made{.project = project, .truth = truthFileOf(project), .split = splitName};
    requireFree(made.project);
    requireFree(made.truth);
    const SyntheticWorld world = makeWorld(settings);
    const MakingFolder folder{project};
    const fs::path file = folder / "made.nextquill";
    const fs::path truthFile = folder / "made.truth.jsonl";
    {
        const auto store = store::Project::create(file);
        importWorld(*store, world, stop, progress);
        const store::Split split = store::Splits{*store}.create({.name = splitName,
                                                                 .rule = store::SplitRule::ByUser,
                                                                 .maximumTargetsPerUser = 0,
                                                                 .validationShare = 0.1,
                                                                 .testShare = 0.2,
                                                                 .seed = settings.seed},
                                                                stop, progress);
        made.train = split.train;
        made.validation = split.validation;
        made.test = split.test;
        const store::Counts counts = store::Histories{*store}.counts();
        made.users = counts.users;
        made.items = counts.items;
        made.reviews = counts.reviews;
        writeTruth(truthFile, settings, truthOf(*store, world, stop, progress));
    } // closed: all is in the one file
    giveName(truthFile, made.truth, Existing::Keep);
    try {
        giveName(file, made.project, Existing::Keep);
    } catch (...) {
        std::error_code ignored; // what is wrong is said by the first error
        fs::remove(made.truth, ignored);
        throw;
    }
    return made;
}

} // namespace nextquill::study
