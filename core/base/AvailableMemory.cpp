// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AvailableMemory.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <sys/resource.h>

namespace nextquill {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

/// The number that a file begins with; none for "max".
std::optional<std::uint64_t> numberIn(const fs::path& file)
{
    std::ifstream stream{file};
    std::uint64_t number = 0;
    return stream >> number ? std::optional{number} : std::nullopt;
}

/// The number behind `name` on a line of its own.
std::optional<std::uint64_t> numberIn(const fs::path& file, const std::string& name)
{
    std::ifstream stream{file};
    for (std::string line; std::getline(stream, line);) {
        std::istringstream words{line};
        std::string word;
        std::uint64_t number = 0;
        if (words >> word >> number && word == name) {
            return number;
        }
    }
    return std::nullopt;
}

/// `kibibytes`, the unit of proc(5), in bytes.
std::uint64_t bytesOr(std::optional<std::uint64_t> kibibytes, std::uint64_t otherwise)
{
    return kibibytes ? *kibibytes * 1024 : otherwise;
}

/// What a version of control groups calls its files.
struct GroupFiles
{
    const char* mount;
    const char* limit;
    const char* usage;
    const char* cache; ///< in memory.stat: pages of files that go when memory is needed
};

constexpr GroupFiles versions[] = {
    {"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"},
    {"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
     "total_inactive_file"}};

std::uint64_t leftIn(const fs::path& group, const GroupFiles& files)
{
    const auto limit = numberIn(group / files.limit);
    if (!limit) {
        return unlimited;
    }
    const std::uint64_t usage = numberIn(group / files.usage).value_or(0);
    const std::uint64_t cache = numberIn(group / "memory.stat", files.cache).value_or(0);
    return *limit - std::min(*limit, usage - std::min(usage, cache));
}

/// The least of the group and of those above it. A container sees its own group as the root, though
/// its name is the host's: folders that are not there say nothing.
std::uint64_t leftInGroups(const fs::path& root, const std::string& group, const GroupFiles& files)
{
    fs::path below = fs::path{group}.relative_path();
    std::uint64_t least = leftIn(root / files.mount, files);
    for (; !below.empty(); below = below.parent_path()) {
        least = std::min(least, leftIn(root / files.mount / below, files));
    }
    return least;
}

std::uint64_t leftInGroups(const fs::path& root)
{
    std::ifstream stream{root / "proc/self/cgroup"}; // NUMBER:CONTROLLERS:GROUP
    std::uint64_t least = unlimited;
    for (std::string line; std::getline(stream, line);) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) {
            continue;
        }
        const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
        const bool unified = line.starts_with("0::");
        if (unified || controllers.find(",memory,") != std::string::npos) {
            least = std::min(
                least, leftInGroups(root, line.substr(second + 1), versions[unified ? 0 : 1]));
        }
    }
    return least;
}

template<typename Resource>
std::uint64_t leftOf(Resource resource, const fs::path& root, const char* used)
{
    struct rlimit limit{};
    if (::getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return unlimited;
    }
    const std::uint64_t most = limit.rlim_cur;
    return most - std::min(most, bytesOr(numberIn(root / "proc/self/status", used), 0));
}

} // namespace

std::uint64_t availableMemory(const fs::path& root)
{
    return std::min({bytesOr(numberIn(root / "proc/meminfo", "MemAvailable:"), unlimited),
                     leftInGroups(root), leftOf(RLIMIT_AS, root, "VmSize:"),
                     leftOf(RLIMIT_DATA, root, "VmData:")});
}

} // namespace nextquill
