// SPDX-License-Identifier: GPL-3.0-or-later
//
// Takes a GGUF file apart into keys, tensors and data, changes one of them and puts it together
// with lengths, counts and offsets that fit: with bytes changed anywhere an input dies at the first
// length that is wrong. What cannot be taken apart is changed as bytes.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t maxSize);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t maxSize, unsigned seed);

namespace {

using Random = std::minstd_rand;
constexpr std::uint32_t textType = 8, arrayType = 9, types = 13;
constexpr std::size_t roomForOne = 4096;

struct Value
{
    std::uint32_t type = 0;
    std::vector<std::string> items; ///< raw bytes; one, or those of an array
    std::uint32_t element = 0;
};

struct Key
{
    std::string name;
    Value value;
};

struct Tensor
{
    std::string name;
    std::vector<std::uint64_t> sizes;
    std::uint32_t type = 0;
    std::uint64_t offset = 0;
};

struct File
{
    std::uint32_t version = 3;
    std::vector<Key> keys;
    std::vector<Tensor> tensors;
    std::string data;
};

std::size_t fixedSize(std::uint32_t type)
{
    constexpr std::size_t sizes[types] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    return type < types ? sizes[type] : 0;
}

/// Reads forward; after the first byte that is missing everything is missing.
class Source
{
public:
    explicit Source(std::string_view bytes)
        : m_bytes{bytes}
    {
    }

    template<typename Number>
    Number number()
    {
        Number value{};
        const std::string raw = take(sizeof(Number));
        if (raw.size() == sizeof(Number)) {
            std::memcpy(&value, raw.data(), sizeof(Number));
        }
        return value;
    }
    std::string text() { return take(number<std::uint64_t>()); }
    std::string take(std::uint64_t size)
    {
        if (size > m_bytes.size()) {
            m_sound = false;
            m_bytes = {};
            return {};
        }
        std::string taken{m_bytes.substr(0, size)};
        m_bytes.remove_prefix(size);
        return taken;
    }
    [[nodiscard]] bool sound() const { return m_sound; }
    [[nodiscard]] std::size_t left() const { return m_bytes.size(); }

private:
    std::string_view m_bytes;
    bool m_sound = true;
};

std::string item(Source& source, std::uint32_t type)
{
    return type == textType ? source.text() : source.take(fixedSize(type));
}

Value readValue(Source& source)
{
    Value value{.type = source.number<std::uint32_t>()};
    if (value.type != arrayType) {
        value.items.push_back(item(source, value.type));
        return value;
    }
    value.element = source.number<std::uint32_t>();
    const auto count = source.number<std::uint64_t>();
    const bool hasItems = value.element == textType || fixedSize(value.element) > 0;
    for (std::uint64_t i = 0; hasItems && i < count && source.sound() && source.left() > 0; ++i) {
        value.items.push_back(item(source, value.element));
    }
    return value;
}

std::optional<File> takeApart(std::string_view bytes)
{
    Source source{bytes};
    File file;
    if (source.take(4) != "GGUF") {
        return std::nullopt;
    }
    file.version = source.number<std::uint32_t>();
    const auto tensors = source.number<std::uint64_t>();
    const auto keys = source.number<std::uint64_t>();
    for (std::uint64_t i = 0; i < keys && source.sound(); ++i) {
        std::string name = source.text();
        file.keys.push_back({.name = std::move(name), .value = readValue(source)});
    }
    for (std::uint64_t i = 0; i < tensors && source.sound(); ++i) {
        Tensor tensor{.name = source.text()};
        const auto rank = std::min(source.number<std::uint32_t>(), 8U);
        for (std::uint32_t d = 0; d < rank; ++d) {
            tensor.sizes.push_back(source.number<std::uint64_t>());
        }
        tensor.type = source.number<std::uint32_t>();
        tensor.offset = source.number<std::uint64_t>();
        file.tensors.push_back(std::move(tensor));
    }
    if (!source.sound()) {
        return std::nullopt;
    }
    (void)source.take((32 - (bytes.size() - source.left()) % 32) % 32);
    file.data = source.take(source.left());
    return file;
}

template<typename Number>
void append(std::string& bytes, Number number)
{
    bytes.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

void appendText(std::string& bytes, const std::string& text)
{
    append(bytes, std::uint64_t{text.size()});
    bytes += text;
}

std::string together(const File& file)
{
    std::string bytes = "GGUF";
    append(bytes, file.version);
    append(bytes, std::uint64_t{file.tensors.size()});
    append(bytes, std::uint64_t{file.keys.size()});
    for (const Key& key : file.keys) {
        appendText(bytes, key.name);
        append(bytes, key.value.type);
        const bool isArray = key.value.type == arrayType;
        const std::uint32_t type = isArray ? key.value.element : key.value.type;
        if (isArray) {
            append(bytes, key.value.element);
            append(bytes, std::uint64_t{key.value.items.size()});
        }
        for (std::string value : key.value.items) {
            if (type == textType) {
                appendText(bytes, value);
            } else {
                value.resize(fixedSize(type));
                bytes += value;
            }
        }
    }
    for (const Tensor& tensor : file.tensors) {
        appendText(bytes, tensor.name);
        append(bytes, static_cast<std::uint32_t>(tensor.sizes.size()));
        for (const std::uint64_t size : tensor.sizes) {
            append(bytes, size);
        }
        append(bytes, tensor.type);
        append(bytes, tensor.offset);
    }
    bytes.append((32 - bytes.size() % 32) % 32, '\0');
    return bytes + file.data;
}

std::string mutated(const std::string& text)
{
    std::string bytes = text.substr(0, roomForOne);
    const std::size_t size = bytes.size();
    bytes.resize(roomForOne);
    bytes.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(bytes.data()), size, roomForOne));
    return bytes;
}

/// Any element of a list that is not empty.
template<typename List>
auto& anyOf(List& list, Random& random)
{
    return list[random() % list.size()];
}

/// One of a list is left out, stands twice or changes its place.
template<typename List>
void rearrange(List& list, Random& random)
{
    const auto place = list.begin() + static_cast<std::ptrdiff_t>(random() % list.size());
    switch (random() % 3) {
    case 0:
        list.erase(place);
        break;
    case 1:
        list.push_back(*place);
        break;
    default:
        std::iter_swap(place, list.begin());
    }
}

void changeKey(Key& key, Random& random)
{
    Value& value = key.value;
    switch (random() % 6) {
    case 0:
        key.name = mutated(key.name);
        break;
    case 1:
        value.type = static_cast<std::uint32_t>(random() % types);
        break;
    case 2:
        value.element = static_cast<std::uint32_t>(random() % types);
        break;
    case 3:
        if (!value.items.empty()) {
            rearrange(value.items, random);
        }
        break;
    default:
        if (!value.items.empty()) {
            std::string& changed = anyOf(value.items, random);
            changed = mutated(changed);
        }
    }
}

void changeTensor(Tensor& tensor, Random& random)
{
    switch (random() % 5) {
    case 0:
        tensor.name = mutated(tensor.name);
        break;
    case 1:
        tensor.type = static_cast<std::uint32_t>(random() % 42);
        break;
    case 2:
        tensor.offset += (random() % 5) * 32;
        break;
    default:
        if (!tensor.sizes.empty()) {
            anyOf(tensor.sizes, random) =
                random() % 3 == 0 ? ~std::uint64_t{0} >> random() % 64 : random() % 512;
        } else {
            tensor.sizes.push_back(random() % 512);
        }
    }
}

void change(File& file, Random& random)
{
    switch (random() % 8) {
    case 0:
        file.data = mutated(file.data);
        break;
    case 1:
        if (!file.keys.empty()) {
            rearrange(file.keys, random);
        }
        break;
    case 2:
        if (!file.tensors.empty()) {
            rearrange(file.tensors, random);
        }
        break;
    case 3:
    case 4:
        if (!file.tensors.empty()) {
            changeTensor(anyOf(file.tensors, random), random);
        }
        break;
    default:
        if (!file.keys.empty()) {
            changeKey(anyOf(file.keys, random), random);
        }
    }
}

} // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t maxSize, unsigned seed)
{
    Random random{seed};
    auto file =
        random() % 8 == 0 ? std::nullopt : takeApart({reinterpret_cast<const char*>(data), size});
    if (!file) {
        return LLVMFuzzerMutate(data, size, maxSize);
    }
    change(*file, random);
    const std::string bytes = together(*file);
    if (bytes.size() > maxSize) {
        return LLVMFuzzerMutate(data, size, maxSize);
    }
    std::copy(bytes.begin(), bytes.end(), data);
    return bytes.size();
}
