// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/AvailableMemory.h"

#include <fstream>
#include <limits>
#include <string>

namespace nextquill {

std::uint64_t availableMemory()
{
    std::ifstream stream{"/proc/meminfo"};
    std::string name;
    std::uint64_t kibibytes = 0;
    std::string unit;
    while (stream >> name >> kibibytes) {
        if (name == "MemAvailable:") {
            return kibibytes * 1024;
        }
        std::getline(stream, unit);
    }
    return std::numeric_limits<std::uint64_t>::max();
}

} // namespace nextquill
