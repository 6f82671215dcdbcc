// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/DeviceTurn.h"

#include "core/base/Error.h"
#include "core/base/ProcessIdentity.h"
#include "core/base/Utf8.h"

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

namespace nextquill::workflow {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds restBetweenLooks{100};

Error unusable(const fs::path& place, const std::string& why)
{
    return {ErrorKind::Storage, "the device's lock cannot be taken (" + why + ")", place.string(),
            "check that folder, or train with --if-busy share"};
}

std::string reasonOf(int error)
{
    return std::generic_category().message(error);
}

bool isOurFolder(const fs::path& folder)
{
    struct stat found{};
    return ::lstat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) &&
           found.st_uid == ::geteuid() && (found.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/// The same for a session of the desktop and for one that came by ssh or cron.
fs::path lockFolder()
{
    const std::string user = std::to_string(::geteuid());
    const char* const given = std::getenv("XDG_RUNTIME_DIR");
    const fs::path session =
        given != nullptr && *given != '\0' ? fs::path{given} : fs::path{"/run/user"} / user;
    std::error_code failed;
    fs::path folder = isOurFolder(session)
                          ? session / "nextquill"
                          : fs::temp_directory_path(failed) / ("nextquill-" + user);
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        throw unusable(folder, reasonOf(errno));
    }
    if (!isOurFolder(folder)) { // in a folder for all somebody else may have made it
        throw unusable(folder, "it belongs to somebody else");
    }
    return folder;
}

fs::path lockFileOf(const std::string& device)
{
    const char* const visible = std::getenv("CUDA_VISIBLE_DEVICES");
    return lockFolder() / lockNameOf(device, visible != nullptr ? visible : "");
}

/// A line of what the holder wrote; empty where there is none.
std::string lineOfLock(const std::string& device, int number)
{
    std::ifstream file{lockFileOf(device)};
    std::string line;
    for (int i = 0; i <= number && std::getline(file, line); ++i) {
    }
    return file ? line.substr(0, 1000) : std::string{};
}

} // namespace

std::string lockNameOf(const std::string& device, const std::string& visible)
{
    std::string name = device;
    if (constexpr std::string_view cuda = "cuda:"; device.starts_with(cuda) && !visible.empty()) {
        std::size_t index = 0;
        std::from_chars(device.data() + cuda.size(), device.data() + device.size(), index);
        std::string_view rest = visible;
        for (; index > 0 && rest.find(',') != std::string_view::npos; --index) {
            rest.remove_prefix(rest.find(',') + 1);
        }
        if (index == 0) {
            name = std::string{cuda} + std::string{rest.substr(0, rest.find(','))};
        }
    }
    for (char& c : name) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        c = plain ? c : '-';
    }
    return name.substr(0, 100);
}

std::optional<DeviceTurn> DeviceTurn::tryTake(const std::string& device, const std::string& who,
                                              const std::string& job)
{
    const fs::path file = lockFileOf(device);
    const int descriptor =
        ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (descriptor < 0) {
        throw unusable(file, reasonOf(errno));
    }
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        ::close(descriptor);
        if (error == EWOULDBLOCK) {
            return std::nullopt;
        }
        throw unusable(file, reasonOf(error));
    }
    DeviceTurn turn{device, job, descriptor};
    turn.giveTo(who);
    return turn;
}

std::optional<DeviceTurn> DeviceTurn::take(const std::string& device, const std::string& who,
                                           WhenBusy whenBusy, const StopToken& stop,
                                           Progress& progress)
{
    while (true) {
        auto turn = tryTake(device, who);
        if (turn || whenBusy == WhenBusy::Share) {
            return turn;
        }
        if (whenBusy == WhenBusy::Refuse) {
            throw Error{ErrorKind::BadInput, device + " is taken by " + holderOf(device), who,
                        "wait for its end, or take --if-busy wait or share"};
        }
        progress.report(waitsFor(device));
        restBeforeLookingAgain(stop);
    }
}

std::string DeviceTurn::holderOf(const std::string& device)
{
    const std::string name = collapseWhitespace(lineOfLock(device, 0));
    return name.empty() ? "another program" : escapedForDisplay(name);
}

std::string DeviceTurn::jobOf(const std::string& device)
{
    return lineOfLock(device, 1);
}

DeviceTurn::DeviceTurn(std::string device, std::string job, int descriptor)
    : m_device{std::move(device)}
    , m_job{std::move(job)}
    , m_descriptor{descriptor}
{
}

DeviceTurn::DeviceTurn(DeviceTurn&& other) noexcept
    : m_device{std::move(other.m_device)}
    , m_job{std::move(other.m_job)}
    , m_descriptor{std::exchange(other.m_descriptor, -1)}
{
}

DeviceTurn& DeviceTurn::operator=(DeviceTurn&& other) noexcept
{
    std::swap(m_device, other.m_device);
    std::swap(m_job, other.m_job);
    std::swap(m_descriptor, other.m_descriptor);
    return *this;
}

DeviceTurn::~DeviceTurn()
{
    if (m_descriptor >= 0) {
        // The file stays: who has it open already would lock another one than who comes later.
        ::close(m_descriptor);
    }
}

void DeviceTurn::giveTo(const std::string& who) const
{
    // For people: the lock holds whether or not the name could be written.
    const std::string name =
        who + " of process " + std::to_string(::getpid()) + "\n" + m_job + "\n";
    if (::ftruncate(m_descriptor, 0) == 0) {
        static_cast<void>(::pwrite(m_descriptor, name.data(), name.size(), 0) < 0);
    }
}

ProgressReport waitsFor(const std::string& device)
{
    return {.stage = "waits for " + device + ": " + DeviceTurn::holderOf(device)};
}

void restBeforeLookingAgain(const StopToken& stop)
{
    stopPoint(stop);
    std::this_thread::sleep_for(restBetweenLooks);
    stopPoint(stop);
}

} // namespace nextquill::workflow
