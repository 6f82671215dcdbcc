// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/ImportSource.h"

#include <future>
#include <stop_token>
#include <string>

namespace nextquill::store {

/// The digest of a source's bytes, computed on a thread of its own while its records are read: that
/// one reads ahead, and the records find the file in memory.
///
/// Threads  one makes it and takes the digest; the source must outlive it
/// Stops    soon after it goes
class SourceDigest
{
public:
    explicit SourceDigest(const ImportSource& source);
    ~SourceDigest();
    SourceDigest(const SourceDigest&) = delete;
    SourceDigest& operator=(const SourceDigest&) = delete;

    /// Waits for it; empty for a pipe. Once. Throws Stopped.
    [[nodiscard]] std::string take(const StopToken& stop);

private:
    std::stop_source m_end;
    std::future<std::string> m_digest;
};

} // namespace nextquill::store
