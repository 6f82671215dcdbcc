// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <optional>
#include <string>

namespace nextquill::workflow {

/// What a run does that finds its device taken by another one.
enum class WhenBusy {
    Wait,   ///< for its turn
    Refuse, ///< an error that names who has it
    Share,  ///< trains beside it
};

/// The right to train on a device of this machine: one run at a time has it, among all processes
/// and projects of a user.
///
/// A lock of the kernel on a file named for the device, in $XDG_RUNTIME_DIR/nextquill (without one:
/// /run/user/UID or the folder for temporary files): a holder that dies lets go of it. Who waits
/// gets it in no order. It binds those who ask, nothing else: other programs use the device as
/// they like.
///
/// Threads  any; one object on one thread at a time
class DeviceTurn
{
public:
    /// Takes the turn, or none while another has it. `who`: "run music-2". `device`: "cpu",
    /// "cuda:0". `job`: what the ranks of one job have in common.
    ///
    /// Throws Error(Storage) when the lock's folder cannot be used.
    [[nodiscard]] static std::optional<DeviceTurn>
    tryTake(const std::string& device, const std::string& who, const std::string& job = {});

    /// Takes it, or does as `whenBusy` has it; none when it is shared.
    ///
    /// Stops    within 100 ms while it waits
    /// Throws   Error(BadInput) naming the holder, with Refuse; Stopped; as tryTake
    [[nodiscard]] static std::optional<DeviceTurn> take(const std::string& device,
                                                        const std::string& who, WhenBusy whenBusy,
                                                        const StopToken& stop, Progress& progress);

    /// "run music-2 of process 4711"; "another program" where it did not say.
    [[nodiscard]] static std::string holderOf(const std::string& device);
    /// The holder's job; empty where it has none, or has just begun.
    [[nodiscard]] static std::string jobOf(const std::string& device);

    DeviceTurn(DeviceTurn&& other) noexcept;
    DeviceTurn& operator=(DeviceTurn&& other) noexcept;
    DeviceTurn(const DeviceTurn&) = delete;
    DeviceTurn& operator=(const DeviceTurn&) = delete;
    ~DeviceTurn();

    [[nodiscard]] const std::string& device() const { return m_device; }
    /// Another run of the same holder has its turn now.
    void giveTo(const std::string& who) const;

private:
    DeviceTurn(std::string device, std::string job, int descriptor);

    std::string m_device;
    std::string m_job;
    int m_descriptor = -1;
};

/// What a run that waits reports: "waits for cpu: run music-2 of process 4711".
[[nodiscard]] ProgressReport waitsFor(const std::string& device);
/// Until it looks again.
void restBeforeLookingAgain(const StopToken& stop);

/// The name of the lock's file: "cpu", "cuda-0". A GPU is called as CUDA_VISIBLE_DEVICES
/// (`visible`) names it, so that two processes that number the GPUs differently mean the same one.
[[nodiscard]] std::string lockNameOf(const std::string& device, const std::string& visible);

} // namespace nextquill::workflow
