// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/hub/HttpClient.h"
#include "core/hub/HubListing.h"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace nextquill::hub {

/// A file on its way from the hub: what came so far lies beside its place, so that a later fetch
/// goes on there, also after a kill. Its place is taken only by a whole file with the right
/// checksum.
///
/// The checksum is that of the bytes on the disk, taken when all of them are there.
///
/// Throws   Error(Storage); Error(BadInput) when more comes than the file has
class PartialFile final : public HttpReceiver
{
public:
    /// `came` is told the bytes that are there, whenever there are more. Where the file is not
    /// `isLocked` against others, it has a name of its own and no later fetch goes on with it.
    PartialFile(std::filesystem::path place, const HubFile& file, bool isLocked,
                std::function<void(std::uint64_t)> came);
    ~PartialFile() override;
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    /// The bytes of an earlier fetch of `place`.
    [[nodiscard]] static std::uint64_t bytesOf(const std::filesystem::path& place);

    [[nodiscard]] std::uint64_t begin() const override { return m_have; }
    [[nodiscard]] std::optional<bool> isWhole() const override { return m_have == m_file.size; }
    void beginAnew() override;
    void answered(const HttpAnswer& answer) override;
    void take(std::string_view bytes) override;

    /// Puts the whole file in its place. False when its checksum is another one: it is deleted
    /// then. Stops with Stopped; all that came is kept.
    [[nodiscard]] bool finish(const StopToken& stop);

private:
    [[nodiscard]] std::string checksum(const StopToken& stop) const;

    std::filesystem::path m_place;
    std::filesystem::path m_path;
    HubFile m_file;
    std::function<void(std::uint64_t)> m_came;
    bool m_isKept;
    int m_descriptor;
    std::uint64_t m_have = 0;
};

} // namespace nextquill::hub
