// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

namespace nextquill::store {

/// The right to write a project: one process holds it, however many connections that has.
///
/// A lock of the kernel on `NAME.nextquill.lock`, so that a holder that dies lets go of it. The
/// file stays; it names the last holder's process and host.
class WriterLock
{
public:
    /// Takes the lock, or shares the one that this process has.
    ///
    /// Throws Error(Storage) naming the process that holds it.
    [[nodiscard]] static std::shared_ptr<WriterLock> take(const std::filesystem::path& project);

    ~WriterLock();
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;

private:
    WriterLock(const std::filesystem::path& file, const std::filesystem::path& project);

    int m_descriptor;
};

} // namespace nextquill::store
