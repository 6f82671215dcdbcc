// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ThriftCompact.h"

namespace nextquill::store {

namespace {

// The protocol's numbers of types.
constexpr unsigned typeTrue = 1;
constexpr unsigned typeFalse = 2;
constexpr unsigned typeI32 = 5;
constexpr unsigned typeI64 = 6;
constexpr unsigned typeBinary = 8;
constexpr unsigned typeList = 9;
constexpr unsigned typeStruct = 12;

constexpr int mostDelta = 15;
constexpr std::size_t longList = 15;

/// Small numbers of either sign become small numbers without one.
std::uint64_t zigzag(std::int64_t value)
{
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

} // namespace

void ThriftCompact::variable(std::uint64_t value)
{
    while (value >= 0x80) {
        m_bytes += static_cast<char>((value & 0x7f) | 0x80);
        value >>= 7;
    }
    m_bytes += static_cast<char>(value);
}

void ThriftCompact::header(int field, unsigned type)
{
    const int delta = field - m_last.back();
    if (delta > 0 && delta <= mostDelta) {
        m_bytes += static_cast<char>(static_cast<unsigned>(delta) << 4 | type);
    } else {
        m_bytes += static_cast<char>(type);
        variable(zigzag(field));
    }
    m_last.back() = field;
}

void ThriftCompact::listHeader(std::size_t size, unsigned type)
{
    if (size < longList) {
        m_bytes += static_cast<char>(static_cast<unsigned>(size) << 4 | type);
    } else {
        m_bytes += static_cast<char>(longList << 4 | type);
        variable(size);
    }
}

ThriftCompact& ThriftCompact::integer(int field, std::int32_t value)
{
    header(field, typeI32);
    variable(zigzag(value));
    return *this;
}

ThriftCompact& ThriftCompact::longInteger(int field, std::int64_t value)
{
    header(field, typeI64);
    variable(zigzag(value));
    return *this;
}

ThriftCompact& ThriftCompact::flag(int field, bool value)
{
    header(field, value ? typeTrue : typeFalse);
    return *this;
}

ThriftCompact& ThriftCompact::text(int field, std::string_view value)
{
    header(field, typeBinary);
    variable(value.size());
    m_bytes += value;
    return *this;
}

ThriftCompact& ThriftCompact::beginStruct(int field)
{
    header(field, typeStruct);
    m_last.push_back(0);
    return *this;
}

ThriftCompact& ThriftCompact::endStruct()
{
    m_bytes += '\0';
    m_last.pop_back();
    return *this;
}

ThriftCompact& ThriftCompact::integers(int field, const std::vector<std::int32_t>& values)
{
    header(field, typeList);
    listHeader(values.size(), typeI32);
    for (const std::int32_t value : values) {
        variable(zigzag(value));
    }
    return *this;
}

ThriftCompact& ThriftCompact::texts(int field, const std::vector<std::string_view>& values)
{
    header(field, typeList);
    listHeader(values.size(), typeBinary);
    for (const std::string_view value : values) {
        variable(value.size());
        m_bytes += value;
    }
    return *this;
}

ThriftCompact& ThriftCompact::beginStructs(int field, std::size_t size)
{
    header(field, typeList);
    listHeader(size, typeStruct);
    return *this;
}

ThriftCompact& ThriftCompact::element()
{
    m_last.push_back(0);
    return *this;
}

} // namespace nextquill::store
