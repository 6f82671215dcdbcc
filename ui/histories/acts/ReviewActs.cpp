// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/ReviewActs.h"

#include "ui/project/ShownText.h"

#include <functional>
#include <utility>

namespace nextquill::ui {

namespace {

using store::StepResult;
using store::TableCuration;

/// What one step changed, for a plural form.
int changesOf(const Act::Steps& steps)
{
    std::int64_t changes = 0;
    for (const StepResult& step : steps) {
        changes += step.changes;
    }
    return static_cast<int>(changes);
}

using OneStep = std::function<StepResult(TableCuration&, StopToken, Progress&)>;

Act inOneStep(const QString& title, OneStep step, std::function<QString(const Act::Steps&)> told)
{
    return {
        .title = title,
        .work =
            [step = std::move(step)](store::Project& project, StopToken stop, Progress& progress) {
                TableCuration curation{project};
                return Act::Steps{step(curation, std::move(stop), progress)};
            },
        .told = std::move(told)};
}

/// `done` for what was changed, `nothing` where all was so already.
std::function<QString(const Act::Steps&)> telling(std::function<QString(int)> done, QString nothing)
{
    return [done = std::move(done), nothing = std::move(nothing)](const Act::Steps& steps) {
        return steps.empty() ? nothing : done(changesOf(steps));
    };
}

} // namespace

Act excluding(const store::Selection& rows, const QString& what)
{
    return inOneStep(
        ActQueue::tr("Excluding %1").arg(what),
        [rows](TableCuration& curation, StopToken stop, Progress& progress) {
            return curation.exclude(rows, std::move(stop), progress);
        },
        telling([](int count) { return ActQueue::tr("%Ln review(s) excluded.", nullptr, count); },
                ActQueue::tr("Nothing to exclude: it is excluded already.")));
}

Act including(const store::Selection& rows, const QString& what)
{
    return inOneStep(
        ActQueue::tr("Including %1").arg(what),
        [rows](TableCuration& curation, StopToken stop, Progress& progress) {
            return curation.include(rows, std::move(stop), progress);
        },
        telling([](int count) { return ActQueue::tr("%Ln review(s) included.", nullptr, count); },
                ActQueue::tr("Nothing to include: it takes part already.")));
}

Act tagging(const store::Selection& rows, const QString& what, const QString& tag,
            std::optional<int> key)
{
    Act act = inOneStep(
        ActQueue::tr("Tagging %1").arg(what),
        [rows, key, name = stored(tag)](TableCuration& curation, StopToken stop,
                                        Progress& progress) {
            const StepResult step = curation.tag(rows, name, std::move(stop), progress);
            if (key) {
                curation.setTagKey(name, *key);
            }
            return step;
        },
        telling(
            [tag](int count) {
                return ActQueue::tr("%Ln review(s) tagged \"%1\".", nullptr, count).arg(tag);
            },
            ActQueue::tr("Nothing to tag: it has the tag \"%1\" already.").arg(tag)));
    act.isBeyond = key.has_value();
    return act;
}

Act untagging(const store::Selection& rows, const QString& what, const QString& tag)
{
    return inOneStep(
        ActQueue::tr("Removing a tag of %1").arg(what),
        [rows, name = stored(tag)](TableCuration& curation, StopToken stop, Progress& progress) {
            return curation.untag(rows, name, std::move(stop), progress);
        },
        telling(
            [tag](int count) {
                return ActQueue::tr("Tag \"%1\" removed from %Ln review(s).", nullptr, count)
                    .arg(tag);
            },
            ActQueue::tr("Nothing to remove: the tag \"%1\" is not there.").arg(tag)));
}

Act deleting(const store::Selection& rows, const QString& what)
{
    return inOneStep(
        ActQueue::tr("Deleting %1").arg(what),
        [rows](TableCuration& curation, StopToken stop, Progress& progress) {
            return curation.remove(rows, std::move(stop), progress);
        },
        telling([](int count) { return ActQueue::tr("%Ln review(s) deleted.", nullptr, count); },
                ActQueue::tr("Nothing to delete.")));
}

Act merging(const std::vector<UserId>& users, UserId into, const QString& intoName)
{
    const int count = static_cast<int>(users.size());
    return inOneStep(
        ActQueue::tr("Merging %Ln user(s)", nullptr, count),
        [users, into](TableCuration& curation, StopToken stop, Progress& progress) {
            return curation.mergeUsers(users, into, std::move(stop), progress);
        },
        telling(
            [count, intoName](int) {
                return ActQueue::tr("%Ln user(s) merged into %1.", nullptr, count).arg(intoName);
            },
            ActQueue::tr("Nothing to merge: there is one user.")));
}

Act editing(ReviewId review, const ReviewEdit& edit)
{
    return {.title = ActQueue::tr("Editing a review"),
            .work =
                [review, edit](store::Project& project, const StopToken&, Progress&) {
                    TableCuration curation{project};
                    Act::Steps steps;
                    if (edit.title) {
                        steps.push_back(curation.setTitle(review, stored(*edit.title)));
                    }
                    if (edit.text) {
                        steps.push_back(curation.setText(review, stored(*edit.text)));
                    }
                    if (edit.rating) {
                        steps.push_back(curation.setRating(review, *edit.rating));
                    }
                    return steps;
                },
            .told = telling([](int) { return ActQueue::tr("1 review edited."); },
                            ActQueue::tr("Nothing was changed."))};
}

} // namespace nextquill::ui
