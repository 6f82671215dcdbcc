// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <csignal>
#include <sys/resource.h>

namespace nextquill::testing {

/// Files of this process cannot grow beyond `bytes` while this lives: a full disk for all writers.
class SmallDisk
{
public:
    explicit SmallDisk(rlim_t bytes)
        : m_ignored{std::signal(SIGXFSZ, SIG_IGN)} // else the signal comes before the error
    {
        getrlimit(RLIMIT_FSIZE, &m_before);
        const rlimit limit{.rlim_cur = bytes, .rlim_max = m_before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~SmallDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_ignored);
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

private:
    void (*m_ignored)(int);
    rlimit m_before{};
};

} // namespace nextquill::testing
