// SPDX-License-Identifier: GPL-3.0-or-later
//
// "GGUF" | u32 version | u64 tensors | u64 pairs | pairs | per tensor: name, u32 rank, u64 sizes
// (innermost first), u32 type, u64 offset | padding | data, each padded
#include "core/model/GgufWriter.h"

#include "core/base/Error.h"
#include "core/base/NewFile.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufMetadata.h"

#include <algorithm>
#include <bit>

namespace nextquill::model {

namespace {

static_assert(std::endian::native == std::endian::little, "GGUF is written as it lies in memory");

constexpr std::uint32_t ggufVersion = 3;
constexpr std::size_t ggufAlignment = 32; // what the format takes where nothing is said
constexpr std::int64_t ggufPieceBytes = std::int64_t{4} << 20;

template<typename Number>
void appendNumber(std::string& bytes, Number number)
{
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void appendText(std::string& bytes, std::string_view text)
{
    appendNumber(bytes, std::uint64_t{text.size()});
    bytes += text;
}

std::size_t padded(std::size_t bytes)
{
    return (bytes + ggufAlignment - 1) / ggufAlignment * ggufAlignment;
}

std::size_t bytesOf(const GgufTensor& tensor)
{
    const auto elements = checkedProduct(tensor.shape);
    const auto bytes = elements ? checkedByteSize(tensor.dtype, *elements) : std::nullopt;
    if (!bytes) {
        throw Error{ErrorKind::Internal,
                    "a tensor cannot be stored as " + std::string{name(tensor.dtype)} + " " +
                        render(tensor.shape),
                    tensor.name, "please report this"};
    }
    return *bytes;
}

/// Writes a tensor and what fills up its last unit of alignment.
void writeTensor(const GgufTensor& tensor, NewFile& out, const StopToken& stop)
{
    const std::size_t bytes = bytesOf(tensor);
    const std::int64_t rows = tensor.shape.size() < 2 ? 1 : tensor.shape.front();
    const std::int64_t rowBytes = rows == 0 ? 0 : static_cast<std::int64_t>(bytes) / rows;
    const std::int64_t piece =
        rowBytes == 0 ? 1 : std::max<std::int64_t>(1, ggufPieceBytes / rowBytes);
    std::vector<std::byte> made;
    for (std::int64_t first = 0; rowBytes != 0 && first < rows; first += piece) {
        stopPoint(stop);
        const std::int64_t count = std::min(piece, rows - first);
        made.resize(static_cast<std::size_t>(count * rowBytes));
        tensor.rows({.first = first, .count = count}, made.data());
        out.write(made.data(), made.size());
    }
    const std::string padding(padded(bytes) - bytes, '\0');
    out.write(padding.data(), padding.size());
}

} // namespace

void GgufPairs::begin(std::string_view key, std::uint32_t type)
{
    appendText(m_bytes, key);
    appendNumber(m_bytes, type);
    ++m_count;
}

void GgufPairs::text(std::string_view key, std::string_view value)
{
    begin(key, static_cast<std::uint32_t>(GgufType::Text));
    appendText(m_bytes, value);
}

void GgufPairs::whole(std::string_view key, std::uint32_t value)
{
    begin(key, static_cast<std::uint32_t>(GgufType::U32));
    appendNumber(m_bytes, value);
}

void GgufPairs::real(std::string_view key, double value)
{
    begin(key, static_cast<std::uint32_t>(GgufType::F32));
    appendNumber(m_bytes, static_cast<float>(value));
}

void GgufPairs::flag(std::string_view key, bool value)
{
    begin(key, static_cast<std::uint32_t>(GgufType::Bool));
    appendNumber(m_bytes, static_cast<std::uint8_t>(value));
}

void GgufPairs::texts(std::string_view key, const std::vector<std::string>& values)
{
    begin(key, static_cast<std::uint32_t>(GgufType::Array));
    appendNumber(m_bytes, static_cast<std::uint32_t>(GgufType::Text));
    appendNumber(m_bytes, std::uint64_t{values.size()});
    for (const std::string& value : values) {
        appendText(m_bytes, value);
    }
}

void GgufPairs::integers(std::string_view key, const std::vector<std::int32_t>& values)
{
    begin(key, static_cast<std::uint32_t>(GgufType::Array));
    appendNumber(m_bytes, static_cast<std::uint32_t>(GgufType::I32));
    appendNumber(m_bytes, std::uint64_t{values.size()});
    for (const std::int32_t value : values) {
        appendNumber(m_bytes, value);
    }
}

void GgufPairs::reals(std::string_view key, const std::vector<double>& values)
{
    begin(key, static_cast<std::uint32_t>(GgufType::Array));
    appendNumber(m_bytes, static_cast<std::uint32_t>(GgufType::F32));
    appendNumber(m_bytes, std::uint64_t{values.size()});
    for (const double value : values) {
        appendNumber(m_bytes, static_cast<float>(value));
    }
}

void GgufPairs::append(const GgufPairs& others)
{
    m_bytes += others.m_bytes;
    m_count += others.m_count;
}

std::string ggufHead(const GgufPairs& pairs, const std::vector<GgufTensor>& tensors)
{
    std::string bytes = "GGUF";
    appendNumber(bytes, ggufVersion);
    appendNumber(bytes, std::uint64_t{tensors.size()});
    appendNumber(bytes, pairs.count());
    bytes += pairs.bytes();
    std::uint64_t offset = 0;
    for (const GgufTensor& tensor : tensors) {
        appendText(bytes, tensor.name);
        appendNumber(bytes, static_cast<std::uint32_t>(tensor.shape.size()));
        for (auto size = tensor.shape.rbegin(); size != tensor.shape.rend(); ++size) {
            appendNumber(bytes, static_cast<std::uint64_t>(*size));
        }
        appendNumber(bytes, ggufNumber(tensor.dtype));
        appendNumber(bytes, offset);
        offset += padded(bytesOf(tensor));
    }
    bytes.resize(padded(bytes.size()));
    return bytes;
}

void writeGguf(const std::filesystem::path& file, const GgufPairs& pairs,
               const std::vector<GgufTensor>& tensors, const StopToken& stop, Progress& progress)
{
    const std::string head = ggufHead(pairs, tensors);
    std::int64_t total = 0;
    for (const GgufTensor& tensor : tensors) {
        total += static_cast<std::int64_t>(bytesOf(tensor));
    }
    NewFile out{file};
    out.write(head.data(), head.size());
    std::int64_t done = 0;
    for (const GgufTensor& tensor : tensors) {
        progress.report({.done = done, .total = total, .stage = "writing weights"});
        writeTensor(tensor, out, stop);
        done += static_cast<std::int64_t>(bytesOf(tensor));
    }
    out.putInPlace();
    progress.report({.done = total, .total = total, .stage = "writing weights"});
}

} // namespace nextquill::model
