// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/TemporaryFolder.h"

#include <array>
#include <cstdlib>
#include <optional>
#include <string>

namespace nextquill::testing {

/// The user's models, the hub's cache and the hub's settings are those of one test: in a folder of
/// its own, empty, the hub at `endpoint` where one is named.
class OwnUserFolders
{
public:
    explicit OwnUserFolders(const TemporaryFolder& folder)
    {
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (const char* before = std::getenv(names[i])) {
                m_before[i] = before;
            }
            ::unsetenv(names[i]);
        }
        ::setenv("XDG_DATA_HOME", (folder / "data").c_str(), 1);
        ::setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
        ::setenv("HF_ENDPOINT", "http://127.0.0.1:9", 1); // nobody is there
    }
    ~OwnUserFolders()
    {
        for (std::size_t i = 0; i < names.size(); ++i) {
            m_before[i] ? ::setenv(names[i], m_before[i]->c_str(), 1) : ::unsetenv(names[i]);
        }
    }
    OwnUserFolders(const OwnUserFolders&) = delete;
    OwnUserFolders& operator=(const OwnUserFolders&) = delete;

private:
    static constexpr std::array names{"XDG_DATA_HOME", "XDG_CACHE_HOME", "HF_HOME",
                                      "HF_HUB_CACHE",  "HF_ENDPOINT",    "HF_TOKEN",
                                      "HF_HUB_OFFLINE"};
    std::array<std::optional<std::string>, names.size()> m_before;
};

} // namespace nextquill::testing
