// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/SafeTensorsFile.h"

#include "core/model/FileErrors.h"
#include "core/model/MappedFile.h"
#include "core/model/ModelLimits.h"
#include "core/model/SafeTensorsHeader.h"

#include <algorithm>

// u64 N, little-endian | N bytes of JSON, padded with spaces | data

namespace nextquill::model {

namespace {

constexpr std::size_t lengthBytes = 8;

std::uint64_t headerSize(const MappedFile& file)
{
    if (file.size() < lengthBytes) {
        throw damaged("the file ends before its header", file.path().string());
    }
    std::uint64_t size = 0;
    for (std::size_t i = lengthBytes; i-- > 0;) {
        size = size << 8U | std::to_integer<std::uint64_t>(file.data()[i]);
    }
    if (size > limits::headerBytes) {
        throw overLimit("the size of the header", size, limits::headerBytes, file.path().string());
    }
    if (size < limits::headerMinimumBytes || size > file.size() - lengthBytes) {
        throw damaged("the header has " + std::to_string(size) + " bytes, the file " +
                          std::to_string(file.size()),
                      file.path().string());
    }
    return size;
}

/// The tensors' bytes follow one another without gap or overlap and fill the file.
void checkCover(const SafeTensorsHeader& header, std::uint64_t dataBytes, const std::string& where)
{
    using Named = std::pair<const std::string, SafeTensorsHeader::Entry>;
    std::vector<const Named*> order;
    order.reserve(header.tensors.size());
    for (const Named& tensor : header.tensors) {
        order.push_back(&tensor);
    }
    std::sort(order.begin(), order.end(), [](const Named* a, const Named* b) {
        return std::pair{a->second.begin, a->second.end} <
               std::pair{b->second.begin, b->second.end};
    });
    std::uint64_t covered = 0;
    for (const Named* tensor : order) {
        if (tensor->second.begin != covered) {
            throw damaged(tensor->second.begin < covered ? "the data overlap another tensor's"
                                                         : "there is a gap before the data",
                          where + ", tensor " + inQuotes(tensor->first));
        }
        covered = tensor->second.end;
    }
    if (covered != dataBytes) {
        throw damaged("the tensors take " + std::to_string(covered) + " bytes, the file has " +
                          std::to_string(dataBytes) + " for them",
                      where);
    }
}

} // namespace

SafeTensorsFile::SafeTensorsFile(const std::filesystem::path& file)
    : SafeTensorsFile{std::make_shared<const MappedFile>(file)}
{
}

SafeTensorsFile::SafeTensorsFile(std::shared_ptr<const MappedFile> file)
    : m_file{std::move(file)}
{
    const std::string where = m_file->path().string();
    const std::uint64_t size = headerSize(*m_file);
    SafeTensorsHeader header = parseSafeTensorsHeader(m_file->text(lengthBytes, size), where);
    const std::size_t dataBegin = lengthBytes + size;
    checkCover(header, m_file->size() - dataBegin, where);
    for (auto& [name, entry] : header.tensors) {
        m_tensors.emplace(name, TensorView{.dtype = entry.dtype,
                                           .shape = std::move(entry.shape),
                                           .data = m_file->data() + dataBegin + entry.begin,
                                           .bytes = entry.end - entry.begin});
    }
    m_metadata = std::move(header.metadata);
}

std::string SafeTensorsFile::where() const
{
    return m_file->path().string();
}

std::optional<TensorView> SafeTensorsFile::find(std::string_view name) const
{
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? std::nullopt : std::optional{found->second};
}

} // namespace nextquill::model
