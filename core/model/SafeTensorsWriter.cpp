// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/SafeTensorsWriter.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <set>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace nextquill::model {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t alignment = 8;

Error diskError(const std::string& problem, const fs::path& file)
{
    return {ErrorKind::Storage, problem + " (" + std::generic_category().message(errno) + ")",
            file.string(), "check the free space and the rights of the folder"};
}

/// A file in the making; removed unless it was put in its place.
class NewFile
{
public:
    explicit NewFile(const fs::path& place)
        : m_place{place}
        , m_path{place.string() + ".tmp-" + std::to_string(::getpid())}
        , m_number{
              ::open(m_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR)}
    {
        if (m_number < 0) {
            throw diskError("the file cannot be created", m_place);
        }
    }
    ~NewFile()
    {
        if (m_number >= 0) {
            ::close(m_number);
        }
        if (!m_placed) {
            ::unlink(m_path.c_str());
        }
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;

    void write(const void* data, std::size_t bytes)
    {
        const char* next = static_cast<const char*>(data);
        while (bytes > 0) {
            const ssize_t written = ::write(m_number, next, bytes);
            if (written < 0 && errno == EINTR) {
                continue;
            }
            if (written < 0) {
                throw diskError("the file cannot be written", m_place);
            }
            next += written;
            bytes -= static_cast<std::size_t>(written);
        }
    }

    void putInPlace()
    {
        const int number = m_number;
        m_number = -1;
        const bool reachedDisk = ::fsync(number) == 0;
        if (::close(number) != 0 || !reachedDisk) {
            throw diskError("the file did not reach the disk", m_place);
        }
        if (::rename(m_path.c_str(), m_place.c_str()) != 0) {
            throw diskError("the file cannot be put in its place", m_place);
        }
        m_placed = true;
        syncToDisk(m_place.has_parent_path() ? m_place.parent_path() : fs::path{"."});
    }

private:
    fs::path m_place;
    fs::path m_path;
    int m_number;
    bool m_placed = false;
};

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
        out.write(block->data, block->bytes);
    }
    out.putInPlace();
}

} // namespace nextquill::model
