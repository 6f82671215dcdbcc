// SPDX-License-Identifier: GPL-3.0-or-later
//
// Loaded before a program (LD_PRELOAD): its wall clock jumps by hours, forward and back, as when
// somebody sets it or a time server corrects it. Clocks that only go forward stay as they are.
//
//     CLOCK_SHIFT_EVERY  milliseconds between two jumps
//     CLOCK_SHIFT_FIRST  number of the jump to begin with
//     CLOCK_SHIFT_LOG    gets a line at the program's end: how often the wall clock was read
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

constexpr long hours[] = {5, -7, 0, 9'600, -1, -200'000};

std::atomic<long> reads{0};

long numberOf(const char* name, long otherwise)
{
    const char* value = std::getenv(name);
    return value != nullptr ? std::atol(value) : otherwise;
}

timespec real(clockid_t clock)
{
    timespec time{};
    ::syscall(SYS_clock_gettime, clock, &time);
    return time;
}

/// Seconds, of now.
long shift()
{
    static const long every = numberOf("CLOCK_SHIFT_EVERY", 100);
    static const long first = numberOf("CLOCK_SHIFT_FIRST", 0);
    const timespec now = real(CLOCK_MONOTONIC);
    const long jump = (now.tv_sec * 1000 + now.tv_nsec / 1'000'000) / every + first;
    ++reads;
    return 3600 * hours[static_cast<unsigned long>(jump) % std::size(hours)];
}

timespec wallClock(clockid_t clock)
{
    timespec time = real(clock);
    time.tv_sec += shift();
    return time;
}

struct Log
{
    ~Log()
    {
        if (const char* name = std::getenv("CLOCK_SHIFT_LOG"); name != nullptr) {
            if (std::FILE* file = std::fopen(name, "a"); file != nullptr) {
                std::fprintf(file, "%ld\n", reads.load());
                std::fclose(file);
            }
        }
    }
} log;

} // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept
{
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI) {
        *time = wallClock(clock);
        return 0;
    }
    return static_cast<int>(::syscall(SYS_clock_gettime, clock, time));
}

int gettimeofday(timeval* time, void* /*zone*/) noexcept
{
    const timespec now = wallClock(CLOCK_REALTIME);
    *time = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t* time) noexcept
{
    const time_t now = wallClock(CLOCK_REALTIME).tv_sec;
    if (time != nullptr) {
        *time = now;
    }
    return now;
}

int timespec_get(timespec* time, int base) noexcept
{
    *time = wallClock(CLOCK_REALTIME);
    return base;
}
}
