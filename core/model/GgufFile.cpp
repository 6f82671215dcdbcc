// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufFile.h"

#include "core/model/GgufCursor.h"
#include "core/model/MappedFile.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>
#include <vector>

// "GGUF" | u32 version | u64 tensors | u64 keys
// keys:    text key | u32 type | value            text: u64 length, bytes
// tensors: text name | u32 rank | u64 sizes, innermost first | u32 type | u64 offset
// padding to general.alignment (32) | data; every tensor begins at a multiple of the alignment

namespace nextquill::model {

namespace {

constexpr std::uint64_t usualAlignment = 32;

struct TensorEntry
{
    std::string_view name;
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::uint64_t offset = 0;
    std::size_t bytes = 0;
};

struct NumberedType
{
    std::uint32_t number;
    DType dtype;
};

constexpr std::array<NumberedType, 20> knownTypes{
    {{0, DType::F32},   {1, DType::F16},   {2, DType::Q4_0},    {3, DType::Q4_1},
     {6, DType::Q5_0},  {7, DType::Q5_1},  {8, DType::Q8_0},    {9, DType::Q8_1},
     {10, DType::Q2_K}, {11, DType::Q3_K}, {12, DType::Q4_K},   {13, DType::Q5_K},
     {14, DType::Q6_K}, {15, DType::Q8_K}, {20, DType::IQ4_NL}, {23, DType::IQ4_XS},
     {26, DType::I32},  {27, DType::I64},  {28, DType::F64},    {30, DType::BF16}}};

// Names of the types that we do not read, for the message.
constexpr std::array<std::pair<std::uint32_t, std::string_view>, 14> otherTypes{{{16, "IQ2_XXS"},
                                                                                 {17, "IQ2_XS"},
                                                                                 {18, "IQ3_XXS"},
                                                                                 {19, "IQ1_S"},
                                                                                 {21, "IQ3_S"},
                                                                                 {22, "IQ2_S"},
                                                                                 {24, "I8"},
                                                                                 {25, "I16"},
                                                                                 {29, "IQ1_M"},
                                                                                 {34, "TQ1_0"},
                                                                                 {35, "TQ2_0"},
                                                                                 {39, "MXFP4"},
                                                                                 {40, "NVFP4"},
                                                                                 {41, "Q1_0"}}};

DType typeNumbered(std::uint32_t number, const std::string& where)
{
    for (const NumberedType& type : knownTypes) {
        if (type.number == number) {
            return type.dtype;
        }
    }
    std::string shown = std::to_string(number);
    for (const auto& [other, name] : otherTypes) {
        if (other == number) {
            shown = name;
        }
    }
    throw Error{ErrorKind::Unsupported, "the element type " + shown + " is not read", where,
                "use a copy in F32, F16, BF16, Q8_0, Q4_0 to Q5_1, Q2_K to Q6_K, IQ4_NL or IQ4_XS"};
}

void readMagic(GgufCursor& cursor)
{
    const auto* magic = reinterpret_cast<const char*>(cursor.take(4));
    if (std::string_view{magic, 4} != "GGUF") {
        throw damaged("this is no GGUF file", cursor.where());
    }
    const auto version = cursor.number<std::uint32_t>();
    if (version < limits::ggufOldest || version > limits::ggufNewest) {
        const bool isSwapped = (version & 0xffffU) == 0;
        throw Error{ErrorKind::Unsupported,
                    isSwapped
                        ? "the GGUF file is for big-endian machines"
                        : "GGUF version " + std::to_string(version) + " is not read, only 2 and 3",
                    cursor.where(), "convert the model again with a current llama.cpp"};
    }
}

TensorEntry readTensor(GgufCursor& cursor)
{
    TensorEntry tensor;
    tensor.name = cursor.text(limits::nameBytes, "a tensor's name");
    const std::string where = cursor.where() + ", tensor " + inQuotes(tensor.name);
    if (tensor.name.empty()) {
        throw damaged("a tensor has no name", cursor.where());
    }
    const auto rank = cursor.number<std::uint32_t>();
    if (rank < 1 || rank > limits::ggufRank) {
        throw overLimit("the number of dimensions", rank, limits::ggufRank, where);
    }
    for (std::uint32_t i = 0; i < rank; ++i) {
        const auto size = cursor.number<std::uint64_t>();
        if (size == 0 || size > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
            throw damaged("a dimension is " + std::to_string(size), where);
        }
        tensor.shape.push_back(static_cast<std::int64_t>(size));
    }
    tensor.dtype = typeNumbered(cursor.number<std::uint32_t>(), where);
    tensor.offset = cursor.number<std::uint64_t>();
    const auto row = static_cast<std::size_t>(tensor.shape.front());
    const auto elements = checkedProduct(tensor.shape);
    const auto bytes = elements ? checkedByteSize(tensor.dtype, *elements) : std::nullopt;
    if (!bytes || row % blockElements(tensor.dtype) != 0) {
        throw damaged("the sizes " + render(tensor.shape) + " do not fit type " +
                          std::string{name(tensor.dtype)},
                      where);
    }
    tensor.bytes = *bytes;
    std::reverse(tensor.shape.begin(), tensor.shape.end());
    return tensor;
}

std::uint64_t readAlignment(const GgufMetadata& metadata, const std::string& where)
{
    const std::uint64_t alignment = metadata.whole("general.alignment").value_or(usualAlignment);
    if (!std::has_single_bit(alignment) || alignment < limits::ggufAlignmentLeast ||
        alignment > limits::ggufAlignmentMost) {
        throw damaged("the alignment is " + std::to_string(alignment) +
                          ", not a power of two from " +
                          std::to_string(limits::ggufAlignmentLeast) + " to " +
                          std::to_string(limits::ggufAlignmentMost),
                      where);
    }
    return alignment;
}

/// `value` up to the next multiple; the caller's values are far from overflow or checked here.
std::uint64_t padded(std::uint64_t value, std::uint64_t alignment, const std::string& where)
{
    if (value > std::numeric_limits<std::uint64_t>::max() - alignment) {
        throw damaged("the tensors are larger than any file", where);
    }
    return (value + alignment - 1) / alignment * alignment;
}

/// Each tensor begins where the one before ends, padded, as every writer lays them out.
void checkCover(const std::vector<TensorEntry>& tensors, std::uint64_t alignment,
                std::uint64_t dataBytes, const std::string& where)
{
    std::uint64_t expected = 0;
    for (const TensorEntry& tensor : tensors) {
        const std::string place = where + ", tensor " + inQuotes(tensor.name);
        if (tensor.offset != expected) {
            throw damaged("the data begin at byte " + std::to_string(tensor.offset) + ", not " +
                              std::to_string(expected),
                          place);
        }
        if (tensor.offset > dataBytes || tensor.bytes > dataBytes - tensor.offset) {
            throw damaged("the data need " + std::to_string(tensor.bytes) + " bytes from " +
                              std::to_string(tensor.offset) + ", the file has " +
                              std::to_string(dataBytes),
                          place);
        }
        expected = padded(tensor.offset + tensor.bytes, alignment, place);
    }
}

} // namespace

std::uint32_t ggufNumber(DType dtype)
{
    const auto* const found = std::ranges::find(knownTypes, dtype, &NumberedType::dtype);
    if (found == knownTypes.end()) {
        throw Error{ErrorKind::Internal, std::string{name(dtype)} + " has no number in GGUF",
                    "GgufFile", "please report this"};
    }
    return found->number;
}

GgufFile::GgufFile(const std::filesystem::path& file)
    : GgufFile{std::make_shared<const MappedFile>(file)}
{
}

GgufFile::GgufFile(std::shared_ptr<const MappedFile> file)
    : m_file{std::move(file)}
{
    const std::string place = where();
    GgufCursor cursor{m_file->data(), m_file->size(), limits::ggufMetadataBytes, place};
    readMagic(cursor);
    const auto tensorCount = cursor.number<std::uint64_t>();
    const auto keyCount = cursor.number<std::uint64_t>();
    if (tensorCount > limits::ggufTensors) {
        throw overLimit("the number of tensors", tensorCount, limits::ggufTensors, place);
    }
    m_metadata = GgufMetadata{cursor, keyCount};
    const std::uint64_t alignment = readAlignment(m_metadata, place);
    std::vector<TensorEntry> tensors;
    for (std::uint64_t i = 0; i < tensorCount; ++i) {
        tensors.push_back(readTensor(cursor));
    }
    if (tensors.empty()) { // a vocabulary alone, which needs no padding
        return;
    }
    const std::uint64_t dataBegin = padded(cursor.position(), alignment, place);
    if (dataBegin > m_file->size()) {
        throw damaged("the file ends before its data", place);
    }
    checkCover(tensors, alignment, m_file->size() - dataBegin, place);
    for (TensorEntry& tensor : tensors) {
        TensorView view{.dtype = tensor.dtype,
                        .shape = std::move(tensor.shape),
                        .data = m_file->data() + dataBegin + tensor.offset,
                        .bytes = tensor.bytes};
        if (!m_tensors.emplace(std::string{tensor.name}, std::move(view)).second) {
            throw damaged("the tensor " + inQuotes(tensor.name) + " stands twice", place);
        }
    }
}

std::optional<TensorView> GgufFile::find(std::string_view name) const
{
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? std::nullopt : std::optional{found->second};
}

std::string GgufFile::where() const
{
    return m_file->path().string();
}

} // namespace nextquill::model
