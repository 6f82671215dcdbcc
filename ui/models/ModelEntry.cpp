// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/ModelEntry.h"

#include "ui/project/ShownText.h"

#include <QCoreApplication>

#include <algorithm>
#include <system_error>
#include <utility>

namespace nextquill::ui {

namespace {

QString say(const char* text)
{
    return QCoreApplication::translate("ModelEntry", text);
}

QString failedChecks(const workflow::VerifiedModel& verified)
{
    const auto failed = std::ranges::find(verified.checks, workflow::CheckState::Failed,
                                          &workflow::ModelCheck::state);
    return failed == verified.checks.end() ? QString{} : shown(failed->name);
}

} // namespace

bool ModelEntry::isUsable() const
{
    return isThere && known.isWhole && (!summary || summary->problems.empty());
}

bool ModelEntry::isAdapter() const
{
    const std::string& kind = summary && !summary->kind.empty() ? summary->kind : known.kind;
    return kind.starts_with("adapter");
}

ModelState stateOf(const ModelEntry& entry)
{
    if (!entry.isThere) {
        return ModelState::Missing;
    }
    if (!entry.known.isWhole) {
        return ModelState::Partial;
    }
    if (entry.summary && !entry.summary->problems.empty()) {
        return ModelState::Broken;
    }
    if (!entry.verified) {
        return ModelState::Unverified;
    }
    if (entry.verified->isChanged) {
        return ModelState::Changed;
    }
    return entry.verified->isSound() ? ModelState::Sound : ModelState::Unsound;
}

QString shownState(const ModelEntry& entry)
{
    switch (stateOf(entry)) {
    case ModelState::Missing:
        return say("missing");
    case ModelState::Partial:
        return say("not whole");
    case ModelState::Broken:
        return say("cannot be used");
    case ModelState::Unsound:
        return say("failed a check");
    case ModelState::Changed:
        return say("changed since verified");
    case ModelState::Sound:
        return say("verified");
    case ModelState::Unverified:
        break;
    }
    return entry.summary ? say("not verified") : say("…");
}

QString sentenceOf(const ModelEntry& entry)
{
    const QString when = entry.verified ? shownTime(entry.verified->time) : QString{};
    switch (stateOf(entry)) {
    case ModelState::Missing:
        return say("Nothing is at its place any more.");
    case ModelState::Partial:
        return say(
            "A fetch stopped before its end. What came is kept, and fetching goes on there.");
    case ModelState::Broken:
        return say("It cannot be used:");
    case ModelState::Unsound:
        return say("Verified on %1: a check failed (%2).").arg(when, failedChecks(*entry.verified));
    case ModelState::Changed:
        return say("Its files have changed since it was verified on %1.").arg(when);
    case ModelState::Sound:
        return say("Verified on %1: sound.").arg(when);
    case ModelState::Unverified:
        break;
    }
    return say("Never verified.");
}

QString shownKind(const ModelEntry& entry)
{
    const std::string& kind = entry.summary ? entry.summary->kind : entry.known.kind;
    if (kind.starts_with("adapter")) {
        return kind.ends_with("gguf") ? say("PEFT adapter on a GGUF file")
                                      : say("PEFT adapter on a Hugging Face folder");
    }
    if (kind.empty()) {
        return say("not known");
    }
    return kind == "gguf" ? say("GGUF file") : say("Hugging Face folder");
}

QString shownSource(workflow::ModelSource source)
{
    switch (source) {
    case workflow::ModelSource::Project:
        return say("this project");
    case workflow::ModelSource::Hub:
        return say("the hub's cache");
    case workflow::ModelSource::Demo:
        return say("the setup");
    case workflow::ModelSource::Registry:
        break;
    }
    return say("your list");
}

QString shownError(const Error& error)
{
    return say("%1. %2.").arg(asSentence(shown(error.problem())),
                              asSentence(shown(error.remedy())));
}

std::vector<ModelEntry> listModels(store::Project* project)
{
    std::vector<ModelEntry> entries;
    const workflow::VerifiedModels verified;
    for (workflow::KnownModel& known : workflow::knownModels(project)) {
        std::error_code error; // what cannot be looked at is not there for us
        ModelEntry entry{.known = std::move(known)};
        entry.isThere = std::filesystem::exists(entry.known.path, error);
        entry.verified = verified.find(entry.known.path);
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace nextquill::ui
