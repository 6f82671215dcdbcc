// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace nextquill {

enum class DigestKind {
    Sha256,
    Sha1, ///< only to compare with what git and the hub name; no safety rests on it
};

/// An incremental digest, SHA-256 where nothing else is said.
class Digest
{
public:
    explicit Digest(DigestKind kind = DigestKind::Sha256);
    ~Digest();
    Digest(Digest&&) noexcept;
    Digest& operator=(Digest&&) noexcept;

    void add(std::string_view bytes);
    void add(const void* bytes, std::size_t size);

    /// The digest of all that was added, as lower-case hexadecimal digits. Ends the computation.
    [[nodiscard]] std::string hex();
    /// The same as bytes.
    [[nodiscard]] std::string bytes();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

[[nodiscard]] std::string sha256(std::string_view bytes);
[[nodiscard]] std::string sha256Bytes(std::string_view bytes); ///< 32 bytes

/// Throws Error(Storage) when the file cannot be read.
[[nodiscard]] std::string sha256OfFile(const std::filesystem::path& file);

} // namespace nextquill
