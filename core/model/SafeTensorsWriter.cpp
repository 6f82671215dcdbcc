// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/SafeTensorsWriter.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/NewFile.h"

#include <algorithm>
#include <set>
#include <string_view>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t alignment = 8;

void check(const NamedBlock& block, const fs::path& file)
{
    const auto elements = checkedProduct(block.shape);
    const auto bytes = elements ? checkedByteSize(block.dtype, *elements) : std::nullopt;
    if (!bytes || *bytes != block.bytes || blockElements(block.dtype) != 1) {
        throw Error{ErrorKind::Internal,
                    "tensor " + block.name + " has " + std::to_string(block.bytes) +
                        " bytes, which is not " + std::string{name(block.dtype)} + " " +
                        render(block.shape),
                    file.string(), "please report this"};
    }
}

/// The blocks in the order of the file.
std::vector<const NamedBlock*> ordered(const std::vector<NamedBlock>& blocks, const fs::path& file)
{
    std::set<std::string_view> names;
    std::vector<const NamedBlock*> order;
    for (const NamedBlock& block : blocks) {
        check(block, file);
        if (!names.insert(block.name).second) {
            throw Error{ErrorKind::Internal, "tensor " + block.name + " is given twice",
                        file.string(), "please report this"};
        }
        order.push_back(&block);
    }
    std::sort(order.begin(), order.end(), [](const NamedBlock* a, const NamedBlock* b) {
        const std::size_t ofA = byteSize(a->dtype, 1);
        const std::size_t ofB = byteSize(b->dtype, 1);
        return ofA != ofB ? ofA > ofB : a->name < b->name;
    });
    return order;
}

std::string headerOf(const std::vector<const NamedBlock*>& blocks,
                     const std::map<std::string, std::string>& metadata)
{
    // Joined by hand: an ordered object takes quadratic time for many keys.
    std::string json = "{";
    if (!metadata.empty()) {
        json += "\"__metadata__\":" + toLine(OrderedJson(metadata));
    }
    std::size_t position = 0;
    for (const NamedBlock* block : blocks) {
        const OrderedJson entry{{"dtype", name(block->dtype)},
                                {"shape", block->shape},
                                {"data_offsets", {position, position + block->bytes}}};
        json += json.size() > 1 ? "," : "";
        json += toLine(block->name) + ":" + toLine(entry);
        position += block->bytes;
    }
    json += "}";
    json.append((alignment - json.size() % alignment) % alignment, ' ');
    return json;
}

/// A few megabytes at a time.
void writeRows(const NamedBlock& block, NewFile& out)
{
    constexpr std::int64_t pieceBytes = std::int64_t{4} << 20;
    const std::int64_t rows = block.shape.size() < 2 ? 1 : block.shape.front();
    const std::int64_t rowBytes = rows == 0 ? 0 : static_cast<std::int64_t>(block.bytes) / rows;
    const std::int64_t piece =
        rowBytes == 0 ? rows : std::max<std::int64_t>(1, pieceBytes / rowBytes);
    std::vector<std::byte> bytes;
    for (std::int64_t first = 0; rowBytes != 0 && first < rows; first += piece) {
        const std::int64_t count = std::min(piece, rows - first);
        bytes.resize(static_cast<std::size_t>(count * rowBytes));
        block.rows({.first = first, .count = count}, bytes.data());
        out.write(bytes.data(), bytes.size());
    }
}

} // namespace

void writeSafeTensors(const fs::path& file, const std::vector<NamedBlock>& blocks,
                      const std::map<std::string, std::string>& metadata)
{
    const std::vector<const NamedBlock*> order = ordered(blocks, file);
    const std::string header = headerOf(order, metadata);
    std::string length(sizeof(std::uint64_t), '\0');
    for (std::size_t i = 0; i < length.size(); ++i) {
        length[i] = static_cast<char>(header.size() >> (8 * i) & 0xffU);
    }
    NewFile out{file};
    out.write(length.data(), length.size());
    out.write(header.data(), header.size());
    for (const NamedBlock* block : order) {
        if (block->rows) {
            writeRows(*block, out);
        } else {
            out.write(block->data, block->bytes);
        }
    }
    out.putInPlace();
}

} // namespace nextquill::model
