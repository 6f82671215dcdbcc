// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/ModelFetch.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/hub/FileLock.h"
#include "core/hub/HubCache.h"
#include "core/hub/HubErrors.h"
#include "core/hub/NeededFiles.h"
#include "core/hub/PartialFile.h"
#include "core/hub/PersistentRequest.h"

#include <algorithm>
#include <fmt/format.h>

namespace nextquill::hub {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t spareBytes = std::uint64_t{64} << 20;
constexpr const char* cacheTag = "Signature: 8a477f597d28d172789f06886806bc55\n"
                                 "# This file is a cache directory tag (bford.info/cachedir).\n";

/// One fetch under way.
class Fetch
{
public:
    Fetch(const FetchRequest& request, const HubSettings& settings, const StopToken& stop,
          Progress& progress)
        : m_request{request}
        , m_settings{settings}
        , m_client{settings}
        , m_cache{settings.cache}
        , m_stop{stop}
        , m_progress{progress}
    {
    }

    FetchedModel run();

private:
    void fetchAll(const std::vector<HubFile>& files);
    void fetch(const HubFile& file);
    void fetchBody(const HubFile& file, const fs::path& place, bool isLocked);
    void requireSpace() const;
    void enter();
    void report(const HubFile& file, std::uint64_t have);
    [[nodiscard]] bool isThere(const HubFile& file) const;

    const FetchRequest& m_request;
    const HubSettings& m_settings;
    HttpClient m_client;
    HubCache m_cache;
    const StopToken& m_stop;
    Progress& m_progress;
    HubListing m_listing;
    std::vector<HubFile> m_files; ///< all that are needed, as far as they are known
    std::uint64_t m_done = 0;     ///< bytes of files that are there
    std::uint64_t m_fetched = 0;
};

bool Fetch::isThere(const HubFile& file) const
{
    std::error_code error;
    return fs::file_size(m_cache.blob(m_request.name, file.checksum), error) == file.size && !error;
}

void Fetch::report(const HubFile& file, std::uint64_t have)
{
    std::uint64_t total = 0;
    for (const HubFile& each : m_files) {
        total += each.size;
    }
    m_progress.report({.done = static_cast<std::int64_t>(m_done + have),
                       .total = static_cast<std::int64_t>(total),
                       .stage = "fetching " + file.path});
}

void Fetch::requireSpace() const
{
    std::uint64_t needed = 0;
    for (const HubFile& file : m_files) {
        const fs::path place = m_cache.blob(m_request.name, file.checksum);
        if (!isThere(file)) {
            needed += file.size - std::min(file.size, PartialFile::bytesOf(place));
        }
    }
    std::error_code error;
    const fs::space_info space = fs::space(m_settings.cache, error);
    if (needed > 0 && !error && space.available < needed + spareBytes) {
        throw Error{ErrorKind::Storage,
                    fmt::format("the model takes {}, but only {} are free", shownBytes(needed),
                                shownBytes(space.available)),
                    m_settings.cache.string(),
                    "make room, or set HF_HUB_CACHE to a folder on another disk"};
    }
}

void Fetch::fetchBody(const HubFile& file, const fs::path& place, bool isLocked)
{
    PartialFile partial{place, file, isLocked, [&](std::uint64_t have) { report(file, have); }};
    const std::uint64_t had = partial.begin();
    if (!*partial.isWhole()) {
        const std::string url = fmt::format("{}/{}/resolve/{}/{}", m_settings.endpoint,
                                            encodedPath(m_request.name.text()), m_listing.commit,
                                            encodedPath(file.path));
        PersistentRequest{m_client, m_settings, m_request.name.text() + ", " + file.path}.get(
            url, partial, m_stop, m_progress);
    }
    m_fetched += file.size - had;
    if (partial.finish(m_stop)) {
        return;
    }
    if (had > 0) { // what lay there may be what is wrong (a power cut): once more from the start
        m_fetched -= file.size - had;
        fetchBody(file, place, isLocked);
        return;
    }
    throw Error{ErrorKind::BadInput,
                "what came has another checksum than the hub names; it was deleted",
                m_request.name.text() + ", " + file.path,
                "run it again; where it stays so, something between you and the hub changes files"};
}

void Fetch::fetch(const HubFile& file)
{
    const fs::path place = m_cache.blob(m_request.name, file.checksum);
    if (!isThere(file)) {
        const FileLock lock{m_cache.lock(m_request.name, file.checksum), file.path, m_stop,
                            m_progress};
        if (!isThere(file)) { // another program may have fetched it meanwhile
            fetchBody(file, place, lock.isHeld());
        }
    }
    m_done += file.size;
    report(file, 0);
}

void Fetch::fetchAll(const std::vector<HubFile>& files)
{
    for (const HubFile& file : files) {
        if (!file.isKnown()) {
            throw Error{ErrorKind::BadInput, "the hub names no size or checksum that can be true",
                        m_request.name.text() + ", " + file.path,
                        "check HF_ENDPOINT where it is set, or take another copy of the model"};
        }
    }
    m_files.insert(m_files.end(), files.begin(), files.end());
    requireSpace();
    for (const HubFile& file : files) {
        stopPoint(m_stop);
        fetch(file);
    }
}

void Fetch::enter()
{
    for (const HubFile& file : m_files) {
        m_cache.link(m_request.name, m_listing.commit, file.path, file.checksum);
    }
    m_cache.setRevision(m_request.name, m_request.revision, m_listing.commit);
    if (const fs::path tag = m_settings.cache / "CACHEDIR.TAG"; !fs::exists(tag)) {
        writeFileAtomically(tag, cacheTag);
    }
}

FetchedModel Fetch::run()
{
    m_progress.report({.stage = "asking the hub for " + m_request.name.text()});
    m_listing =
        listModel(m_client, m_settings, m_request.name, m_request.revision, m_stop, m_progress);
    const NeededFiles needed = chooseFiles(m_listing, m_request);
    createFolders(m_cache.blob(m_request.name, "").parent_path());
    fetchAll(needed.first);
    fetchAll(needed.hasIndex ? shardsOf(m_cache.blob(m_request.name, needed.first.back().checksum),
                                        m_listing, m_request.name)
                             : needed.weights);
    enter();
    const fs::path snapshot = m_cache.snapshot(m_request.name, m_listing.commit);
    FetchedModel model{.path = snapshot, .commit = m_listing.commit, .fetched = m_fetched};
    for (const HubFile& file : m_files) {
        model.files.push_back(file.path);
        model.bytes += file.size;
    }
    if (m_files.size() == 1 && m_files.front().path.ends_with(".gguf")) {
        model.path = snapshot / m_files.front().path;
    }
    return model;
}

} // namespace

FetchedModel fetchModel(const FetchRequest& request, const HubSettings& settings,
                        const StopToken& stop, Progress& progress)
{
    if (!isRevision(request.revision)) {
        throw Error{ErrorKind::BadInput,
                    "\"" + escapedForDisplay(request.revision, 120) + "\" is no revision",
                    "model " + request.name.text(), "give a branch, a tag or a commit"};
    }
    if (settings.offline) {
        throw Error{ErrorKind::Unreachable, "the network is not to be used", "HF_HUB_OFFLINE",
                    "unset it, or name a model that is in the cache"};
    }
    return Fetch{request, settings, stop, progress}.run();
}

} // namespace nextquill::hub
