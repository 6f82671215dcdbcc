// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Error.h"
#include "core/train/distributed/Launch.h"

#include <string>
#include <vector>

namespace nextquill::train {

class Collectives;

/// A rank of the run failed, ended or cannot be reached: the others cannot go on.
class RankLost : public Error
{
public:
    /// `who` as "rank 2 (process 4711 on node7)", `how` as "gave no sign of life for 30 s".
    RankLost(int rank, const std::string& who, const std::string& how);

    [[nodiscard]] int rank() const { return m_rank; }

private:
    int m_rank;
};

/// The processes that train one run together, each on its share of every step's records.
///
/// All functions but launch(), rank(), size() and failed() are collective: every rank calls the
/// same ones in the same order, and each returns when all have called it.
///
/// Threads  one thread calls them
/// Throws   RankLost from any collective, within a minute of a rank's end; Error(DeviceLost) when
///          ranks cannot reach each other though all are alive
class ProcessGroup
{
public:
    virtual ~ProcessGroup() = default;

    [[nodiscard]] virtual const Launch& launch() const = 0;
    [[nodiscard]] int rank() const { return launch().rank; }
    [[nodiscard]] int size() const { return launch().ranks; }
    /// Rank 0 alone writes events, checkpoints and the model.
    [[nodiscard]] bool leads() const { return rank() == 0; }
    [[nodiscard]] bool isAlone() const { return size() == 1; }

    /// Sums place by place, the same to the last bit on every rank.
    [[nodiscard]] virtual std::vector<double> sum(std::vector<double> mine) = 0;
    /// True on every rank when `mine` is on any.
    [[nodiscard]] bool any(bool mine) { return sum({mine ? 1.0 : 0.0}).front() > 0; }
    /// Rank 0's text; what other ranks give is not looked at.
    [[nodiscard]] virtual std::string fromLead(const std::string& text) = 0;
    void waitForAll() { static_cast<void>(any(false)); }

    /// Tells the others why this rank ends, so that their errors can name it. Not collective.
    virtual void failed(const std::string& why) noexcept = 0;

    /// The same for tensors (Collectives_torch.h).
    [[nodiscard]] virtual Collectives& tensors() = 0;
};

/// A group of one: nothing is sent, everything given comes back.
[[nodiscard]] ProcessGroup& oneProcess();

} // namespace nextquill::train
