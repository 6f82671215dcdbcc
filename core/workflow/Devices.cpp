// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Devices.h"

#include "core/model/Decoder.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace nextquill::workflow {

namespace {

/// What stopped each device that this process has lost.
struct LostDevices
{
    std::mutex mutex;
    std::map<std::string, std::string> reasons; // guarded by mutex
};

LostDevices& lostDevices()
{
    static LostDevices lost;
    return lost;
}

bool hasCuda()
{
    return std::ranges::any_of(model::devices(), [](const model::Device& device) {
        return device.name.starts_with("cuda");
    });
}

/// What the ranks of a job have in common, and no other job.
std::string jobOf(const train::Launch& launch)
{
    return launch.host + ":" + std::to_string(launch.port) + " " + launch.job;
}

/// Ranks that take each other for other hosts may be on one machine, and have its device together.
std::optional<DeviceTurn> turnOfRank(const std::string& device, const std::string& who,
                                     WhenBusy whenBusy, const train::Launch& launch,
                                     const StopToken& stop)
{
    constexpr int looks = 20; // two seconds: a holder that has just begun has not said who it is
    for (int look = 0;; ++look) {
        auto turn = DeviceTurn::tryTake(device, who, jobOf(launch));
        if (turn || whenBusy == WhenBusy::Share || DeviceTurn::jobOf(device) == jobOf(launch)) {
            return turn;
        }
        if (look == looks) {
            throw Error{ErrorKind::BadInput,
                        device + " is taken by " + DeviceTurn::holderOf(device), who,
                        "start the job when that has ended, or with --if-busy share"};
        }
        restBeforeLookingAgain(stop);
    }
}

} // namespace

std::string deviceNamed(const std::string& device)
{
    if (device == "cuda" || (device == "auto" && hasCuda())) {
        return "cuda:0";
    }
    return device == "auto" ? "cpu" : device;
}

std::string deviceOfRank(const std::string& device, const train::Launch& launch)
{
    return train::deviceOf(launch, device, hasCuda());
}

std::optional<DeviceTurn> turnOf(const std::string& device, const std::string& who,
                                 WhenBusy whenBusy, const train::Launch& launch,
                                 const StopToken& stop, Progress& progress)
{
    const std::string own = deviceOfRank(device, launch);
    if (launch.isAlone()) {
        return DeviceTurn::take(deviceNamed(own), who, whenBusy, stop, progress);
    }
    if (launch.localRank > 0 && own == device) {
        return std::nullopt; // the first rank of this host has the turn for all
    }
    return turnOfRank(deviceNamed(own), who, whenBusy, launch, stop);
}

void noteLost(const std::string& device, const Error& error)
{
    LostDevices& lost = lostDevices();
    const std::scoped_lock lock{lost.mutex};
    lost.reasons.emplace(device, error.problem()); // the first one says what happened
}

bool isLost(const std::string& device)
{
    LostDevices& lost = lostDevices();
    const std::scoped_lock lock{lost.mutex};
    return lost.reasons.contains(device);
}

void requireUsable(const std::string& device)
{
    LostDevices& lost = lostDevices();
    const std::scoped_lock lock{lost.mutex};
    if (const auto found = lost.reasons.find(device); found != lost.reasons.end()) {
        throw Error{ErrorKind::DeviceLost, device + " is lost to this program", found->second,
                    "start the program again, or train in a process of its own"};
    }
}

void forgetLost(const std::string& device)
{
    LostDevices& lost = lostDevices();
    const std::scoped_lock lock{lost.mutex};
    lost.reasons.erase(device);
}

} // namespace nextquill::workflow
