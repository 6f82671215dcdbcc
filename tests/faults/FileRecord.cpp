// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/FileRecord.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace nextquill::faults {

namespace {

FileChange::Kind kindOf(char letter)
{
    switch (letter) {
    case 'C':
        return FileChange::Kind::Create;
    case 'M':
        return FileChange::Kind::MakeFolder;
    case 'W':
        return FileChange::Kind::Write;
    case 'T':
        return FileChange::Kind::Truncate;
    case 'S':
        return FileChange::Kind::Sync;
    case 'R':
        return FileChange::Kind::Rename;
    case 'U':
        return FileChange::Kind::Remove;
    default:
        throw std::runtime_error{"no record of file changes"};
    }
}

} // namespace

std::vector<FileChange> readRecord(const std::filesystem::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    std::vector<FileChange> changes;
    for (std::string line; std::getline(stream, line);) {
        std::istringstream fields{line};
        std::string letter;
        std::string offset;
        std::string length;
        FileChange change;
        std::getline(fields, letter, '\t');
        std::getline(fields, change.path, '\t');
        std::getline(fields, change.other, '\t');
        std::getline(fields, offset, '\t');
        std::getline(fields, length, '\t');
        change.kind = kindOf(letter.at(0));
        change.offset = std::stoll(offset);
        change.bytes.resize(std::stoul(length));
        if (!stream.read(change.bytes.data(), static_cast<std::streamsize>(change.bytes.size()))) {
            throw std::runtime_error{"the record ends inside a change"};
        }
        changes.push_back(std::move(change));
    }
    return changes;
}

} // namespace nextquill::faults
