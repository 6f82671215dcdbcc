// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ImportSource.h"

#include "core/base/Digest.h"
#include "core/store/import/LampRecords.h"
#include "core/store/import/TableSource.h"

#include <chrono>
#include <fmt/format.h>
#include <fstream>
#include <system_error>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr std::streamsize bytesOfEnd = 64 << 10;

/// SHA-256 of a file; empty for what is none, which could be read only once.
std::string digestOf(const fs::path& file, const StopToken& stop)
{
    std::error_code failed;
    if (!fs::is_regular_file(file, failed)) {
        return {};
    }
    Digest digest;
    std::ifstream stream{file, std::ios::binary};
    std::string chunk(std::size_t{1} << 20, '\0');
    while (stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size())),
           stream.gcount() > 0) {
        stopPoint(stop);
        digest.add(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    }
    return stream.bad() ? std::string{} : digest.hex();
}

/// A table where the file is one; JSON otherwise, also from a pipe, which can be read only once.
std::unique_ptr<RecordSource> openSource(const fs::path& file, std::optional<SourceFormat> format)
{
    const bool isAsked = format == SourceFormat::Csv;
    const bool isFound = !format && file != "-" && isTable(file);
    return isAsked || isFound ? rowsOfTable(file) : recordsOfFile(file);
}

ImportSource fileSource(const fs::path& file)
{
    std::error_code failed;
    const auto size = fs::file_size(file, failed);
    const std::int64_t bytes = failed ? 0 : static_cast<std::int64_t>(size);
    const bool isFile = fs::is_regular_file(file, failed);
    return {.name = file.filename().string(),
            .path = isFile ? fs::absolute(file, failed).lexically_normal() : fs::path{},
            .bytes = bytes,
            .open = [file] { return recordsOfFile(file); },
            .golds = {},
            .digest = [file](const StopToken& stop) { return digestOf(file, stop); }};
}

std::string digestOfEnds(const fs::path& file, std::uintmax_t size)
{
    Digest digest;
    std::ifstream stream{file, std::ios::binary};
    std::string chunk(bytesOfEnd, '\0');
    const auto add = [&] {
        stream.read(chunk.data(), bytesOfEnd);
        digest.add(chunk.data(), static_cast<std::size_t>(stream.gcount()));
        stream.clear();
    };
    add();
    if (size > static_cast<std::uintmax_t>(bytesOfEnd)) {
        stream.seekg(-bytesOfEnd, std::ios::end);
        add();
    }
    return digest.hex();
}

} // namespace

std::vector<ImportSource> reviewSources(const std::vector<fs::path>& files,
                                        std::optional<SourceFormat> format)
{
    std::vector<ImportSource> sources;
    for (const fs::path& file : files) {
        ImportSource source = fileSource(file);
        source.open = [file, format] { return openSource(file, format); };
        source.golds = goldOutputsBeside(file);
        sources.push_back(std::move(source));
    }
    return sources;
}

std::vector<ImportSource> itemSources(const std::vector<fs::path>& files)
{
    std::vector<ImportSource> sources;
    for (const fs::path& file : files) {
        ImportSource source = fileSource(file);
        source.isItems = true;
        source.open = [file] { return openSource(file, std::nullopt); };
        sources.push_back(std::move(source));
    }
    return sources;
}

ImportSource textSource(std::string_view text, const std::string& name, bool isItems)
{
    return {.name = name,
            .path = {},
            .isItems = isItems,
            .bytes = static_cast<std::int64_t>(text.size()),
            .open = [text] { return recordsOfText(text); },
            .golds = {},
            .digest = [text](const StopToken& /*stop*/) { return sha256(text); }};
}

std::string identityOf(const fs::path& file)
{
    std::error_code failed;
    if (file.empty() || !fs::is_regular_file(file, failed)) {
        return {};
    }
    const std::uintmax_t size = fs::file_size(file, failed);
    const auto time = fs::last_write_time(file, failed);
    if (failed) {
        return {};
    }
    return fmt::format("{} {} {}", digestOfEnds(file, size), size, time.time_since_epoch().count());
}

bool isSameFile(const std::string& identity, const fs::path& file, bool mayBeCopy)
{
    const std::string now = identityOf(file);
    if (!mayBeCopy || now.empty()) {
        return !now.empty() && now == identity;
    }
    return now.substr(0, now.rfind(' ')) == identity.substr(0, identity.rfind(' '));
}

GoldOutputs goldsOf(const ImportSource& source, std::optional<SourceFormat> format)
{
    const bool mayBeLamp =
        !source.golds.empty() && format.value_or(SourceFormat::Lamp) == SourceFormat::Lamp;
    return mayBeLamp ? readGoldOutputs(source.golds) : GoldOutputs{};
}

} // namespace nextquill::store
