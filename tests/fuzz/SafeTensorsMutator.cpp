// SPDX-License-Identifier: GPL-3.0-or-later
//
// Changes header and data of a safetensors file by themselves and states the header's length again:
// with bytes changed anywhere hardly an input gets beyond the first eight.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t maxSize);
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t maxSize, unsigned seed);

namespace {

constexpr std::size_t lengthBytes = 8;

/// A part of the file, changed by the fuzzer within `room` bytes.
std::vector<std::uint8_t> mutated(const std::uint8_t* part, std::size_t size, std::size_t room)
{
    std::vector<std::uint8_t> bytes(std::max<std::size_t>(room, 1));
    const std::size_t kept = std::min(size, room);
    std::copy_n(part, kept, bytes.begin());
    bytes.resize(LLVMFuzzerMutate(bytes.data(), kept, bytes.size()));
    return bytes;
}

} // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t maxSize, unsigned seed)
{
    std::minstd_rand random{seed};
    const bool isPlain = random() % 8 == 0;
    if (isPlain || size < lengthBytes || maxSize < 2 * lengthBytes) {
        return LLVMFuzzerMutate(data, size, maxSize);
    }
    std::uint64_t stated = 0;
    std::memcpy(&stated, data, lengthBytes);
    const std::uint8_t* const body = data + lengthBytes;
    const std::size_t bodySize = size - lengthBytes;
    const std::size_t headerSize = std::min<std::uint64_t>(stated, bodySize);
    const std::size_t room = maxSize - lengthBytes;
    std::vector<std::uint8_t> header(body, body + headerSize);
    std::vector<std::uint8_t> rest(body + headerSize, body + bodySize);
    if (random() % 4 != 0) {
        header = mutated(body, headerSize, room - std::min(room, rest.size()));
    } else {
        rest = mutated(body + headerSize, rest.size(), room - header.size());
    }
    header.resize(std::min(header.size(), room)); // a part without room was changed in one byte
    rest.resize(std::min(rest.size(), room - header.size()));
    stated = header.size();
    std::memcpy(data, &stated, lengthBytes);
    std::copy(header.begin(), header.end(), data + lengthBytes);
    std::copy(rest.begin(), rest.end(), data + lengthBytes + header.size());
    return lengthBytes + header.size() + rest.size();
}
