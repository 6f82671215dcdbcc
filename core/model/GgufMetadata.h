// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::model {

class GgufCursor;

/// Types of metadata values, by their number in the file.
enum class GgufType : std::uint32_t {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    Bool,
    Text,
    Array,
    U64,
    I64,
    F64
};

/// The key-value pairs of a GGUF file, validated once and read where they lie.
///
/// Each question names the key that is missing or of another type in an Error(BadInput).
///
/// Threads  immutable; borrows the file's bytes
class GgufMetadata
{
public:
    GgufMetadata() = default;

    /// Reads `count` pairs; borrows what the cursor goes through.
    GgufMetadata(GgufCursor& cursor, std::uint64_t count);

    [[nodiscard]] bool has(std::string_view key) const { return m_values.contains(key); }
    [[nodiscard]] std::optional<std::string_view> text(std::string_view key) const;
    [[nodiscard]] std::optional<bool> flag(std::string_view key) const;
    /// A whole number of any width, not negative.
    [[nodiscard]] std::optional<std::uint64_t> whole(std::string_view key) const;
    /// A float, or double; a float as the double that its shortest decimal form means.
    [[nodiscard]] std::optional<double> real(std::string_view key) const;
    [[nodiscard]] std::optional<std::vector<std::string_view>> texts(std::string_view key) const;
    /// An array of u32 or i32.
    [[nodiscard]] std::optional<std::vector<std::int32_t>> integers(std::string_view key) const;
    /// An array of f32, exactly.
    [[nodiscard]] std::optional<std::vector<double>> reals(std::string_view key) const;
    /// An array of u8 or i8.
    [[nodiscard]] std::optional<std::string_view> octets(std::string_view key) const;

private:
    struct Value
    {
        GgufType type{};
        GgufType element{};      ///< of an array
        std::uint64_t count = 0; ///< of an array
        const std::byte* data = nullptr;
        std::size_t bytes = 0;
    };

    [[nodiscard]] static Value read(GgufCursor& cursor, std::string_view key);
    static void readArray(GgufCursor& cursor, Value& value, std::string_view key);
    [[nodiscard]] const Value* find(std::string_view key) const;
    [[nodiscard]] const Value* find(std::string_view key, GgufType type) const;
    [[nodiscard]] const Value* findArray(std::string_view key) const;

    std::map<std::string_view, Value> m_values; ///< sorted: no stranger can make it slow
    std::string m_where;
};

} // namespace nextquill::model
