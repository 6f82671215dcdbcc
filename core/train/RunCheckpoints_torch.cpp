// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/RunCheckpoints_torch.h"

#include "core/base/Error.h"
#include "core/train/Checkpoint.h"
#include "core/train/CheckpointState_torch.h"
#include "core/train/RunDirectory.h"
#include "core/train/StateCopy_torch.h"

#include <memory>
#include <system_error>
#include <utility>

namespace nextquill::train {

namespace fs = std::filesystem;

namespace {

} // namespace

RunCheckpoints::RunCheckpoints(RunDirectory& directory, std::int64_t keep, bool keepBest)
    : m_directory{directory}
    , m_keep{keep}
    , m_keepBest{keepBest}
{
}

std::optional<Json> RunCheckpoints::find()
{
    wait();
    m_whole.clear();
    std::optional<Json> newest;
    for (const std::int64_t step : m_directory.checkpointFolders()) {
        const std::optional<Json> state = checkpointState(m_directory.checkpointFolder(step));
        if (!state) {
            m_directory.events().append({{"event", "warning"},
                                         {"step", step},
                                         {"message", "the checkpoint is damaged: it is left out"}});
            continue;
        }
        m_whole.push_back({.step = step, .heldOutLoss = entryOf(*state).heldOutLoss});
        newest = newest ? newest : state;
    }
    return newest;
}

fs::path RunCheckpoints::tensorsOf(std::int64_t step) const
{
    return m_directory.checkpointFolder(step) / checkpointTensors;
}

void RunCheckpoints::write(const OrderedJson& state, const std::vector<AdamW::Slot>& slots,
                           TensorsAre tensors, bool wait)
{
    this->wait();
    const Entry entry = entryOf(Json(state));
    std::vector<Entry> next = m_whole;
    if (!next.empty() && next.front().step == entry.step) {
        if (next.front().heldOutLoss || !entry.heldOutLoss) {
            return;
        }
        next.erase(next.begin()); // the loss was not measured yet when it was written
    }
    next.insert(next.begin(), entry);
    const bool isBest = entry.heldOutLoss && bestOf(next)->step == entry.step;
    const std::vector<std::int64_t> superfluous = takeSuperfluous(next);
    m_next = std::move(next);
    std::optional<std::vector<AdamW::Slot>> copy;
    if (!wait) {
        copy = tensors == TensorsAre::ACopy ? slots : copyOfState(slots);
    }
    if (!copy) {
        accept([&] {
            put(state, slots, isBest, superfluous);
            return true;
        });
        return;
    }
    m_writer.begin([this, state, isBest, superfluous,
                    owned = std::make_shared<const std::vector<AdamW::Slot>>(std::move(*copy))] {
        put(state, *owned, isBest, superfluous);
    });
}

void RunCheckpoints::put(const OrderedJson& state, const std::vector<AdamW::Slot>& slots,
                         bool isBest, const std::vector<std::int64_t>& superfluous) const
{
    const auto step = state.at("step").get<std::int64_t>();
    writeCheckpoint(m_directory.checkpointFolder(step), state, [&](const fs::path& folder) {
        writeTensors(folder / checkpointTensors, slots);
    });
    m_directory.events().append({{"event", "checkpoint"},
                                 {"step", step},
                                 {"path", "checkpoints/" + std::to_string(step)},
                                 {"best", isBest}});
    m_directory.events().sync();
    for (const std::int64_t old : superfluous) {
        remove(old);
    }
}

void RunCheckpoints::remove(std::int64_t step) const
{
    // Under another name first: a program that is killed here leaves no half checkpoint.
    const fs::path folder = m_directory.checkpointFolder(step);
    const fs::path going = folder.string() + ".gone";
    std::error_code kept; // an old checkpoint that cannot go is no reason to end the run
    fs::remove_all(going, kept);
    fs::rename(folder, going, kept);
    fs::remove_all(going, kept);
}

void RunCheckpoints::check()
{
    accept([this] { return m_writer.check(); });
}

void RunCheckpoints::wait()
{
    accept([this] { return m_writer.wait(); });
}

void RunCheckpoints::accept(const std::function<bool()>& isWritten)
{
    try {
        if (isWritten() && m_next) {
            m_whole = std::exchange(m_next, std::nullopt).value();
        }
    } catch (...) {
        m_next.reset();
        throw;
    }
}

std::optional<std::int64_t> RunCheckpoints::newest() const
{
    return m_whole.empty() ? std::nullopt : std::optional{m_whole.front().step};
}

std::optional<std::int64_t> RunCheckpoints::best() const
{
    const Entry* const found = bestOf(m_whole);
    return found != nullptr ? std::optional{found->step} : std::nullopt;
}

bool RunCheckpoints::wouldBeBest(double heldOutLoss) const
{
    // What is being written counts: it will be there before the next one is.
    const Entry* const found = bestOf(m_next ? *m_next : m_whole);
    return found == nullptr || heldOutLoss < *found->heldOutLoss;
}

RunCheckpoints::Entry RunCheckpoints::entryOf(const Json& state)
{
    Entry entry{.step = state.value("step", std::int64_t{0})};
    if (state.contains("held_out_loss") && state.at("held_out_loss").is_number()) {
        entry.heldOutLoss = state.at("held_out_loss").get<double>();
    }
    return entry;
}

const RunCheckpoints::Entry* RunCheckpoints::bestOf(const std::vector<Entry>& entries)
{
    const Entry* best = nullptr;
    for (const Entry& entry : entries) { // newest first: of equal ones the last seen is the first
        const bool better =
            entry.heldOutLoss && (best == nullptr || *entry.heldOutLoss <= *best->heldOutLoss);
        best = better ? &entry : best;
    }
    return best;
}

std::vector<std::int64_t> RunCheckpoints::takeSuperfluous(std::vector<Entry>& entries) const
{
    const Entry* const best = m_keepBest ? bestOf(entries) : nullptr;
    const std::optional<std::int64_t> bestStep =
        best != nullptr ? std::optional{best->step} : std::nullopt;
    std::vector<std::int64_t> superfluous;
    std::vector<Entry> kept;
    for (const Entry& entry : entries) {
        if (std::cmp_less(kept.size(), m_keep) || entry.step == bestStep) {
            kept.push_back(entry);
        } else {
            superfluous.push_back(entry.step);
        }
    }
    entries = std::move(kept);
    return superfluous;
}

} // namespace nextquill::train
