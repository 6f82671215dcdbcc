// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ProcessIdentity.h"

#include "core/base/Utf8.h"

#include <array>
#include <fstream>
#include <optional>
#include <sstream>
#include <unistd.h>

namespace nextquill {

namespace {

std::string hostName()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()}
                                                            : std::string{};
}

/// Another one each time the machine is started.
std::string boot()
{
    std::ifstream file{"/proc/sys/kernel/random/boot_id"};
    std::string id;
    std::getline(file, id);
    return id;
}

/// Where ids of processes mean the same as here: this boot, and this container of it.
std::string realm()
{
    std::array<char, 64> name{};
    const ssize_t length = ::readlink("/proc/self/ns/pid", name.data(), name.size() - 1);
    return boot() + "/" + (length > 0 ? name.data() : "");
}

/// Clock tick of a process' start; none where there is no such process any more.
std::optional<std::string> tickOf(std::int64_t process)
{
    std::ifstream file{"/proc/" + std::to_string(process) + "/stat"};
    std::string line;
    if (!std::getline(file, line)) {
        return std::nullopt;
    }
    // The name in brackets may hold anything; behind it come the state and numbers.
    std::istringstream fields{line.substr(line.rfind(')') + 1)};
    std::string field;
    fields >> field;
    if (field == "Z" || field == "X") {
        return std::nullopt;
    }
    constexpr int startField = 22; // proc(5); the state is field 3
    for (int number = 3; number < startField; ++number) {
        fields >> field;
    }
    return field;
}

} // namespace

ProcessIdentity thisProcess()
{
    const auto id = static_cast<std::int64_t>(::getpid());
    return {
        .id = id, .start = realm() + " " + tickOf(id).value_or(std::string{}), .host = hostName()};
}

Liveness livenessOf(const ProcessIdentity& process)
{
    if (process.id <= 0) {
        return Liveness::Gone;
    }
    if (const std::string here = realm() + " "; process.start.starts_with(here)) {
        const auto tick = tickOf(process.id);
        return tick && here + *tick == process.start ? Liveness::Alive : Liveness::Gone;
    }
    const bool otherBoot = !process.start.starts_with(boot() + "/");
    return otherBoot && process.host == hostName() ? Liveness::Gone : Liveness::Unknown;
}

std::string nameOf(const ProcessIdentity& process)
{
    const std::string name = "process " + std::to_string(process.id);
    return process.host.empty() || process.host == hostName()
               ? name
               : name + " on " + escapedForDisplay(process.host, 100);
}

} // namespace nextquill
