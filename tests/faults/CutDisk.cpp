// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/faults/CutDisk.h"

#include <fstream>
#include <functional>
#include <stdexcept>
#include <utility>

namespace nextquill::faults {

namespace {

constexpr std::size_t sector = 512;

std::size_t below(std::mt19937_64& random, std::size_t limit)
{
    return static_cast<std::size_t>(random() % limit);
}

} // namespace

CutDisk::CutDisk(DiskModel model, std::string root)
    : m_model{model}
    , m_root{std::move(root)}
    , m_nodes{{.isFolder = true}}
{
}

CutDisk::Number CutDisk::find(const std::string& path) const
{
    Number at = 0;
    for (std::size_t begin = m_root.size(); begin < path.size();) {
        const std::size_t end = std::min(path.find('/', begin + 1), path.size());
        const auto entry = m_nodes[at].entries.find(path.substr(begin + 1, end - begin - 1));
        if (entry == m_nodes[at].entries.end()) {
            throw std::runtime_error{"the record changes what it has not made: " + path};
        }
        at = entry->second;
        begin = end;
    }
    return at;
}

std::pair<CutDisk::Number, std::string> CutDisk::placeOf(const std::string& path) const
{
    const std::size_t slash = path.rfind('/');
    return {find(path.substr(0, slash)), path.substr(slash + 1)};
}

void CutDisk::apply(const FileChange& change)
{
    using Kind = FileChange::Kind;
    switch (change.kind) {
    case Kind::Create:
    case Kind::MakeFolder:
        create(change.path, change.kind == Kind::MakeFolder);
        break;
    case Kind::Write:
    case Kind::Truncate: {
        Node& node = m_nodes[find(change.path)];
        write(node.bytes, change);
        node.unsynced.push_back(change);
        break;
    }
    case Kind::Sync:
        sync(find(change.path));
        break;
    case Kind::Rename:
        rename(change);
        break;
    case Kind::Remove: {
        const auto [folder, name] = placeOf(change.path);
        this->change({.folder = folder, .removed = name});
    }
    }
}

void CutDisk::create(const std::string& path, bool isFolder)
{
    const auto [folder, name] = placeOf(path);
    m_nodes.push_back({.isFolder = isFolder});
    change({.folder = folder, .added = name, .node = m_nodes.size() - 1});
}

void CutDisk::rename(const FileChange& change)
{
    const auto [from, old] = placeOf(change.path);
    const auto [to, now] = placeOf(change.other);
    const Number node = find(change.path);
    if (from == to) {
        this->change({.folder = from, .removed = old, .added = now, .node = node});
    } else {
        this->change({.folder = to, .added = now, .node = node});
        this->change({.folder = from, .removed = old});
    }
}

void CutDisk::change(const EntryChange& change)
{
    enter(m_nodes[change.folder].entries, change);
    m_unsynced.push_back(change);
}

void CutDisk::enter(Entries& entries, const EntryChange& change)
{
    if (!change.removed.empty()) {
        entries.erase(change.removed);
    }
    if (!change.added.empty()) {
        entries[change.added] = change.node;
    }
}

void CutDisk::sync(Number number)
{
    Node& node = m_nodes[number];
    node.bytesOnDisk = node.bytes;
    node.unsynced.clear();
    std::vector<EntryChange> rest;
    for (EntryChange& change : m_unsynced) {
        if (m_model == DiskModel::Journal || change.folder == number) {
            enter(m_nodes[change.folder].entriesOnDisk, change);
        } else {
            rest.push_back(std::move(change));
        }
    }
    m_unsynced = std::move(rest);
}

void CutDisk::write(std::string& bytes, const FileChange& change)
{
    const auto at = static_cast<std::size_t>(change.offset);
    if (change.kind == FileChange::Kind::Truncate) {
        bytes.resize(at);
        return;
    }
    bytes.resize(std::max(bytes.size(), at + change.bytes.size()));
    bytes.replace(at, change.bytes.size(), change.bytes);
}

std::string CutDisk::bytesAfterCut(const Node& node, std::mt19937_64& random) const
{
    std::string bytes = node.bytesOnDisk;
    for (const FileChange& change : node.unsynced) {
        const std::size_t fate = below(random, 10);
        if (fate < 5) {
            continue;
        }
        FileChange arrived = change;
        if (fate == 5 && change.bytes.size() > sector) {
            arrived.bytes.resize(sector * (1 + below(random, change.bytes.size() / sector)));
        }
        write(bytes, arrived);
    }
    return bytes;
}

CutDisk::Files CutDisk::filesNow() const
{
    Files files;
    const std::function<void(Number, const std::string&)> add = [&](Number number,
                                                                    const std::string& path) {
        for (const auto& [name, child] : m_nodes[number].entries) {
            const Node& node = m_nodes[child];
            files[path + name + (node.isFolder ? "/" : "")] = node.bytes;
            add(child, path + name + "/");
        }
    };
    add(0, "");
    return files;
}

CutDisk::Files CutDisk::filesAfterCut(std::mt19937_64& random) const
{
    std::map<Number, std::vector<const EntryChange*>> waiting; // by queue
    for (const EntryChange& change : m_unsynced) {
        waiting[m_model == DiskModel::Journal ? 0 : change.folder].push_back(&change);
    }
    std::map<Number, Entries> entries;
    for (Number i = 0; i < m_nodes.size(); ++i) {
        entries[i] = m_nodes[i].entriesOnDisk;
    }
    for (const auto& [queue, changes] : waiting) {
        const std::size_t arrived = below(random, changes.size() + 1);
        for (std::size_t i = 0; i < arrived; ++i) {
            enter(entries[changes[i]->folder], *changes[i]);
        }
    }
    Files files;
    const std::function<void(Number, const std::string&)> add = [&](Number number,
                                                                    const std::string& path) {
        for (const auto& [name, child] : entries[number]) {
            const Node& node = m_nodes[child];
            files[path + name + (node.isFolder ? "/" : "")] =
                node.isFolder ? std::string{} : bytesAfterCut(node, random);
            add(child, path + name + "/");
        }
    };
    add(0, "");
    return files;
}

void putBelow(const std::filesystem::path& folder, const CutDisk::Files& files)
{
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    for (const auto& [path, bytes] : files) {
        if (path.ends_with('/')) {
            std::filesystem::create_directories(folder / path);
        } else {
            std::ofstream{folder / path, std::ios::binary} << bytes;
        }
    }
}

} // namespace nextquill::faults
