// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

/// Writes Thrift's compact protocol, in which Parquet's page headers and footer are: fields of a
/// structure in the order of their numbers, from 1 upwards.
///
///     ThriftCompact out;
///     out.integer(1, 5).text(4, "name").beginStruct(10).endStruct();
///     out.endStruct();              // of the outermost one
class ThriftCompact
{
public:
    /// A field that is an i32 or an enumeration.
    ThriftCompact& integer(int field, std::int32_t value);
    ThriftCompact& longInteger(int field, std::int64_t value);
    ThriftCompact& flag(int field, bool value);
    ThriftCompact& text(int field, std::string_view value);

    ThriftCompact& beginStruct(int field);
    ThriftCompact& endStruct();

    ThriftCompact& integers(int field, const std::vector<std::int32_t>& values);
    ThriftCompact& texts(int field, const std::vector<std::string_view>& values);

    /// A list of `size` structures: elements follow, each closed by endStruct().
    ThriftCompact& beginStructs(int field, std::size_t size);
    /// Begins the next of its elements.
    ThriftCompact& element();

    [[nodiscard]] const std::string& bytes() const { return m_bytes; }

private:
    void header(int field, unsigned type);
    void listHeader(std::size_t size, unsigned type);
    void variable(std::uint64_t value);

    std::string m_bytes;
    std::vector<int> m_last{0}; ///< last field of each structure that is open
};

} // namespace nextquill::store
