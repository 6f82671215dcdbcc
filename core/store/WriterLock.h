// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace nextquill::store {

/// The right to write a project: one process holds it, however many connections that has.
///
/// A lock of the kernel on `NAME.nextquill.lock`, so that a holder that dies lets go of it. The
/// file stays; it names the last holder's process and host.
///
/// Threads  any; taking and letting go are one step each, so that a thread that takes the lock
///          while another one lets go of it gets it
class WriterLock
{
public:
    /// Takes the lock, or shares the one that this process has.
    ///
    /// Throws Error(Storage) naming the process that holds it.
    [[nodiscard]] static std::shared_ptr<WriterLock> take(const std::filesystem::path& project);

    /// Whether this process has the lock of that project now.
    [[nodiscard]] static bool isHeldHere(const std::filesystem::path& project);

    ~WriterLock();
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;

private:
    explicit WriterLock(std::string key);

    std::string m_key;
};

} // namespace nextquill::store
