// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufMetadata.h"

#include "core/model/GgufCursor.h"

#include <array>
#include <charconv>
#include <limits>

namespace nextquill::model {

namespace {

/// Bytes of a value of fixed size; 0 for texts and arrays.
std::size_t fixedSize(GgufType type)
{
    switch (type) {
    case GgufType::U8:
    case GgufType::I8:
    case GgufType::Bool:
        return 1;
    case GgufType::U16:
    case GgufType::I16:
        return 2;
    case GgufType::U32:
    case GgufType::I32:
    case GgufType::F32:
        return 4;
    case GgufType::U64:
    case GgufType::I64:
    case GgufType::F64:
        return 8;
    case GgufType::Text:
    case GgufType::Array:
        break;
    }
    return 0;
}

GgufType readType(GgufCursor& cursor, std::string_view key)
{
    const auto number = cursor.number<std::uint32_t>();
    if (number > static_cast<std::uint32_t>(GgufType::F64)) {
        throw damaged("the key " + inQuotes(key) + " has the unknown type " +
                          std::to_string(number),
                      cursor.where());
    }
    return static_cast<GgufType>(number);
}

Error wrongType(std::string_view key, const std::string& where)
{
    return damaged("the value of " + inQuotes(key) + " has another type than it should", where);
}

template<typename Number>
Number at(const std::byte* data)
{
    Number value{};
    std::memcpy(&value, data, sizeof(Number));
    return value;
}

template<typename Number>
std::uint64_t wholeAt(const std::byte* data, std::string_view key, const std::string& where)
{
    const auto value = at<Number>(data);
    if constexpr (std::numeric_limits<Number>::is_signed) {
        if (value < 0) {
            throw damaged("the value of " + inQuotes(key) + " is negative", where);
        }
    }
    return static_cast<std::uint64_t>(value);
}

/// 1e-05 for the float that files hold for it, not 9.999999747378752e-06.
double shortestDouble(float value)
{
    std::array<char, 32> text{};
    const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
    double result = value;
    std::from_chars(text.data(), written.ptr, result);
    return result;
}

} // namespace

GgufMetadata::GgufMetadata(GgufCursor& cursor, std::uint64_t count)
    : m_where{cursor.where()}
{
    if (count > limits::ggufKeys) {
        throw overLimit("the number of metadata keys", count, limits::ggufKeys, m_where);
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string_view key = cursor.text(limits::ggufKeyBytes, "a metadata key");
        if (key.empty()) {
            throw damaged("a metadata key is empty", m_where);
        }
        if (!m_values.emplace(key, read(cursor, key)).second) {
            throw damaged("the metadata key " + inQuotes(key) + " stands twice", m_where);
        }
    }
}

GgufMetadata::Value GgufMetadata::read(GgufCursor& cursor, std::string_view key)
{
    Value value;
    value.type = readType(cursor, key);
    value.data = cursor.here();
    if (value.type == GgufType::Array) {
        readArray(cursor, value, key);
    } else if (value.type == GgufType::Text) {
        const std::string_view text = cursor.text(limits::ggufStringBytes, "a metadata text");
        value.data = reinterpret_cast<const std::byte*>(text.data());
        value.bytes = text.size();
    } else {
        value.bytes = fixedSize(value.type);
        cursor.take(value.bytes);
    }
    return value;
}

void GgufMetadata::readArray(GgufCursor& cursor, Value& value, std::string_view key)
{
    value.element = readType(cursor, key);
    value.count = cursor.number<std::uint64_t>();
    value.data = cursor.here();
    if (value.element == GgufType::Array) {
        throw damaged("the value of " + inQuotes(key) + " is an array of arrays", cursor.where());
    }
    if (value.count > limits::ggufArrayItems) {
        throw overLimit("the number of items of " + inQuotes(key), value.count,
                        limits::ggufArrayItems, cursor.where());
    }
    if (value.element == GgufType::Text) {
        for (std::uint64_t i = 0; i < value.count; ++i) {
            (void)cursor.text(limits::ggufStringBytes, "a metadata text");
        }
    } else {
        cursor.take(value.count * fixedSize(value.element));
    }
    value.bytes = static_cast<std::size_t>(cursor.here() - value.data);
}

const GgufMetadata::Value* GgufMetadata::find(std::string_view key) const
{
    const auto found = m_values.find(key);
    return found == m_values.end() ? nullptr : &found->second;
}

const GgufMetadata::Value* GgufMetadata::find(std::string_view key, GgufType type) const
{
    const Value* value = find(key);
    if (value != nullptr && value->type != type) {
        throw wrongType(key, m_where);
    }
    return value;
}

const GgufMetadata::Value* GgufMetadata::findArray(std::string_view key) const
{
    return find(key, GgufType::Array);
}

std::optional<std::string_view> GgufMetadata::text(std::string_view key) const
{
    const Value* value = find(key, GgufType::Text);
    if (value == nullptr) {
        return std::nullopt;
    }
    return std::string_view{reinterpret_cast<const char*>(value->data), value->bytes};
}

std::optional<bool> GgufMetadata::flag(std::string_view key) const
{
    const Value* value = find(key, GgufType::Bool);
    if (value == nullptr) {
        return std::nullopt;
    }
    return at<std::uint8_t>(value->data) != 0;
}

std::optional<std::uint64_t> GgufMetadata::whole(std::string_view key) const
{
    const Value* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    switch (value->type) {
    case GgufType::U8:
        return wholeAt<std::uint8_t>(value->data, key, m_where);
    case GgufType::I8:
        return wholeAt<std::int8_t>(value->data, key, m_where);
    case GgufType::U16:
        return wholeAt<std::uint16_t>(value->data, key, m_where);
    case GgufType::I16:
        return wholeAt<std::int16_t>(value->data, key, m_where);
    case GgufType::U32:
        return wholeAt<std::uint32_t>(value->data, key, m_where);
    case GgufType::I32:
        return wholeAt<std::int32_t>(value->data, key, m_where);
    case GgufType::U64:
        return wholeAt<std::uint64_t>(value->data, key, m_where);
    case GgufType::I64:
        return wholeAt<std::int64_t>(value->data, key, m_where);
    default:
        throw wrongType(key, m_where);
    }
}

std::optional<double> GgufMetadata::real(std::string_view key) const
{
    const Value* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->type == GgufType::F64) {
        return at<double>(value->data);
    }
    if (value->type != GgufType::F32) {
        throw wrongType(key, m_where);
    }
    return shortestDouble(at<float>(value->data));
}

std::optional<std::vector<std::string_view>> GgufMetadata::texts(std::string_view key) const
{
    const Value* value = findArray(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->element != GgufType::Text) {
        throw wrongType(key, m_where);
    }
    GgufCursor cursor{value->data, value->bytes, value->bytes, m_where};
    std::vector<std::string_view> texts;
    texts.reserve(value->count);
    for (std::uint64_t i = 0; i < value->count; ++i) {
        texts.push_back(cursor.text(limits::ggufStringBytes, "a metadata text"));
    }
    return texts;
}

std::optional<std::vector<std::int32_t>> GgufMetadata::integers(std::string_view key) const
{
    const Value* value = findArray(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->element != GgufType::I32 && value->element != GgufType::U32) {
        throw wrongType(key, m_where);
    }
    std::vector<std::int32_t> numbers(value->count);
    if (!numbers.empty()) {
        std::memcpy(numbers.data(), value->data, value->bytes);
    }
    return numbers;
}

std::optional<std::vector<double>> GgufMetadata::reals(std::string_view key) const
{
    const Value* value = findArray(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->element != GgufType::F32) {
        throw wrongType(key, m_where);
    }
    std::vector<double> numbers;
    numbers.reserve(value->count);
    for (std::uint64_t i = 0; i < value->count; ++i) {
        numbers.push_back(at<float>(value->data + i * sizeof(float)));
    }
    return numbers;
}

std::optional<std::string_view> GgufMetadata::octets(std::string_view key) const
{
    const Value* value = findArray(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    if (value->element != GgufType::U8 && value->element != GgufType::I8) {
        throw wrongType(key, m_where);
    }
    return std::string_view{reinterpret_cast<const char*>(value->data), value->bytes};
}

} // namespace nextquill::model
