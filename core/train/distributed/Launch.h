// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace nextquill::train {

/// How a launcher (torchrun, srun) started this process among the others of one run. A rank is one
/// such process.
struct Launch
{
    int rank = 0;
    int ranks = 1;
    int localRank = 0;              ///< among those of the same host
    int localRanks = 1;             ///< ranks of this host
    std::string host = "127.0.0.1"; ///< where the ranks meet
    std::uint16_t port = 29500;
    bool launcherKeepsStore = false; ///< else rank 0 opens the port
    int attempt = 0;                 ///< how often the launcher began the job again
    std::string job;                 ///< the same on all ranks of a job, empty when not named
    std::string secret;              ///< $NEXTQUILL_JOB_SECRET; ranks that have another are refused
    std::string interface;           ///< of the network, $GLOO_SOCKET_IFNAME; empty: found out
    std::filesystem::path errorFile; ///< where torchrun reads why a rank ended; may be empty
    bool endsWithParent = false;     ///< a rank without its launcher is to end

    [[nodiscard]] bool isAlone() const { return ranks == 1; }
    [[nodiscard]] bool isOneHost() const { return ranks == localRanks; }
};

/// What a variable of the environment holds; none where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// The launch as torchrun's variables tell it (RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE,
/// MASTER_ADDR, MASTER_PORT, TORCHELASTIC_*), or srun's (SLURM_PROCID, SLURM_NTASKS, SLURM_LOCALID
/// and its kin, inside a job step or where MASTER_ADDR is set). One rank where there are neither.
///
/// Throws Error(BadInput) naming the variable that is missing or no number in its range.
[[nodiscard]] Launch launchFrom(const Environment& environment);
[[nodiscard]] Launch launchFromEnvironment();

/// "node[03-07,11],other" → "node03": the first of Slurm's short form of a list of hosts.
[[nodiscard]] std::string firstHost(const std::string& list);

/// Has the system send this process SIGUSR2 when the launcher that started it is gone, where
/// the launch wants that; it may come several times. Throws Error(Internal) when it is gone
/// already.
void endWithLauncher(const Launch& launch);

/// Tells torchrun why this rank ends, in the file that it named; nothing without one.
void writeErrorFile(const Launch& launch, const std::string& message) noexcept;

/// The device for this rank's model: "auto" and "cuda" become "cuda:LOCAL_RANK" where several ranks
/// share a host that has GPUs; what names a device, and "cpu", stays.
[[nodiscard]] std::string deviceOf(const Launch& launch, const std::string& device, bool hasCuda);

/// Threads of this rank: those of the settings, or an equal part of the host's cores for 0.
[[nodiscard]] int threadsOf(const Launch& launch, int threads);

} // namespace nextquill::train
