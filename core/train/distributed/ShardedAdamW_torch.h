// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Network_torch.h"
#include "core/train/AdamW_torch.h"
#include "core/train/TrainingSettings.h"
#include "core/train/distributed/FlatLayout_torch.h"
#include "core/train/distributed/ProcessGroup.h"

#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <vector>

namespace nextquill::train {

/// AdamW over the ranks of a run: each has all weights, and of the optimizer's state (master copies
/// and moments) its share alone. Gradients of all ranks are summed to the rank that owns them; it
/// updates its share of the weights, and all get the new ones (ZeRO, stage 1). With
/// shard-gradients, gradients are summed after every micro-batch and only the owned share is kept
/// until the step (stage 2). On one rank it is AdamW and nothing else.
///
/// A checkpoint has the form that one process writes, so that any number of ranks can go on with
/// it.
///
/// All functions but parameters(), steps(), sumsEarly(), clearGradients() and dropUnsummed() are
/// collective (ProcessGroup).
///
/// Numbers  sums of gradients in float32 (float64 for float64 weights), whatever their own format
/// Borrows  group
/// Source   Rajbhandari et al. 2020, ZeRO
class ShardedAdamW
{
public:
    ShardedAdamW(std::vector<model::NamedParameter> parameters, const TrainingSettings& settings,
                 ProcessGroup& group);

    /// Whether gradients are summed after every micro-batch, or else once, with the step's last.
    [[nodiscard]] bool sumsEarly() const { return m_early; }

    /// After a micro-batch, or in its place on a rank that has none left: `last` with the step's
    /// last one, at the same count on every rank; `goesOn` is false where this rank gives the step
    /// up. False, with all gradients cleared, when any rank does.
    [[nodiscard]] bool reduceGradients(bool last, bool goesOn);

    /// Of the gradients summed over all ranks.
    [[nodiscard]] double gradientNorm();
    void clipGradients(double norm, double max);

    /// One update of all weights from the summed gradients, which it clears.
    void step(double learningRate);
    void clearGradients();
    /// Clears what this rank's parameters have got since the last sum.
    void dropUnsummed();

    /// True when no weight and no moment of any rank is infinite or no number.
    [[nodiscard]] bool isFinite();

    /// The whole state, on rank 0; nothing on the others.
    [[nodiscard]] std::vector<AdamW::Slot> state();
    /// Takes this rank's share, and all weights, from a file that has a whole state (AdamW::state).
    void restore(const std::filesystem::path& file, std::int64_t steps);

    [[nodiscard]] std::int64_t steps() const { return m_adam.steps(); }
    [[nodiscard]] const std::vector<model::NamedParameter>& parameters() const
    {
        return m_parameters;
    }

private:
    /// What a rank has of a slot of the whole state.
    struct SlotPart
    {
        std::size_t slot = 0;
        std::size_t parameter = 0;
        AdamW::SlotKind kind;
        std::int64_t begin = 0; ///< numbers of the slot, as it lies in memory
        std::int64_t end = 0;
    };

    [[nodiscard]] std::vector<model::NamedParameter> ownParameters() const;
    [[nodiscard]] std::vector<std::int64_t> ownWholes() const;
    void sumToOwners();
    void shareWeights();
    void setOwnGradients();
    [[nodiscard]] std::vector<bool> trainedSomewhere() const;
    /// The whole state's slots, not filled.
    [[nodiscard]] std::vector<AdamW::Slot> emptyState() const;
    /// In the order of the rank's own AdamW::state().
    [[nodiscard]] std::vector<SlotPart> slotParts(int rank) const;
    /// The same one behind the other, as bytes.
    [[nodiscard]] FlatLayout bytesOfParts(int rank) const;
    [[nodiscard]] torch::Tensor rowsOf(std::int64_t elements, torch::ScalarType type) const;

    ProcessGroup& m_group;
    std::vector<model::NamedParameter> m_parameters;
    std::vector<torch::Tensor> m_weights; ///< the same, flat
    FlatLayout m_layout;
    std::vector<FlatLayout::Piece> m_own;
    std::vector<std::vector<AdamW::SlotKind>> m_kinds; ///< of the state, by parameter
    AdamW m_adam;                                      ///< of the own share; of all on one rank
    bool m_early;                                      ///< stage 2, of several ranks
    torch::Tensor m_gradient;        ///< of the own share, summed; undefined between steps
    std::vector<bool> m_hasGradient; ///< by parameter, on any rank
};

} // namespace nextquill::train
