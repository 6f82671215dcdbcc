// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/NeededFiles.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/hub/HubErrors.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fnmatch.h>
#include <set>

namespace nextquill::hub {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 14> companions{"README.md",
                                                      "adapter_config.json",
                                                      "added_tokens.json",
                                                      "chat_template.jinja",
                                                      "config.json",
                                                      "generation_config.json",
                                                      "merges.txt",
                                                      "special_tokens_map.json",
                                                      "tokenizer.json",
                                                      "tokenizer.model",
                                                      "tokenizer_config.json",
                                                      "vocab.json",
                                                      "LICENSE",
                                                      "LICENSE.txt"};
constexpr std::string_view singleFile = "model.safetensors";
constexpr std::string_view adapterFile = "adapter_model.safetensors";
constexpr std::string_view indexFile = "model.safetensors.index.json";
constexpr std::size_t indexBytes = std::size_t{64} << 20;
constexpr std::size_t mostNames = 12;

const HubFile* fileNamed(const HubListing& listing, std::string_view path)
{
    const auto found = std::ranges::find(listing.files, path, &HubFile::path);
    return found == listing.files.end() ? nullptr : &*found;
}

bool isGguf(const HubFile& file)
{
    return file.path.ends_with(".gguf");
}

/// Kinds of files that are data and nothing else.
bool isHarmless(const HubFile& file)
{
    constexpr std::array<std::string_view, 7> endings{".safetensors", ".gguf",  ".json", ".jinja",
                                                      ".txt",         ".model", ".md"};
    return file.path == "LICENSE" || std::ranges::any_of(endings, [&](std::string_view ending) {
               return file.path.ends_with(ending);
           });
}

std::string namesOf(const std::vector<HubFile>& files)
{
    std::string names;
    for (std::size_t i = 0; i < files.size() && i < mostNames; ++i) {
        names +=
            fmt::format("{}{} ({})", i == 0 ? "" : ", ", files[i].path, shownBytes(files[i].size));
    }
    return files.size() > mostNames ? names + fmt::format(" and {} more", files.size() - mostNames)
                                    : names;
}

void refuseShardOfGguf(const HubFile& file, const std::string& where)
{
    if (fnmatch("*-of-[0-9][0-9][0-9][0-9][0-9].gguf", file.path.c_str(), 0) == 0) {
        throw Error{ErrorKind::Unsupported, "the .gguf file is a part of several: " + file.path,
                    where, "choose one that is whole with --file, or the safetensors model"};
    }
}

NeededFiles oneFile(const HubListing& listing, const FetchRequest& request)
{
    const std::string where = "model " + request.name.text();
    const HubFile* const file = fileNamed(listing, request.file);
    if (file == nullptr || !isHarmless(*file)) {
        std::vector<HubFile> ggufs;
        std::ranges::copy_if(listing.files, std::back_inserter(ggufs), isGguf);
        throw Error{ErrorKind::BadInput,
                    file == nullptr
                        ? "the model has no file \"" + escapedForDisplay(request.file, 120) + "\""
                        : request.file + " is no kind of file that is read",
                    where,
                    ggufs.empty() ? "fetch it without --file: it has no .gguf file"
                                  : "choose one of " + namesOf(ggufs)};
    }
    refuseShardOfGguf(*file, where);
    return {.weights = {*file}};
}

NeededFiles matchingFiles(const HubListing& listing, const FetchRequest& request)
{
    NeededFiles needed;
    for (const HubFile& file : listing.files) {
        const bool matches = std::ranges::any_of(request.include, [&](const std::string& glob) {
            return fnmatch(glob.c_str(), file.path.c_str(), 0) == 0;
        });
        if (matches && isHarmless(file)) {
            const bool isWeight = file.path.ends_with(".safetensors") || isGguf(file);
            (isWeight ? needed.weights : needed.first).push_back(file);
        }
    }
    if (needed.first.empty() && needed.weights.empty()) {
        throw Error{ErrorKind::BadInput, "no file that is read matches --include",
                    "model " + request.name.text(),
                    "give a pattern such as \"*.safetensors\" or \"*Q4_K_M.gguf\""};
    }
    return needed;
}

[[noreturn]] void refuse(const HubListing& listing, const std::vector<HubFile>& ggufs,
                         const std::string& model)
{
    const std::string where = "model " + model;
    if (ggufs.size() > 1) {
        throw Error{ErrorKind::BadInput, "the model has several .gguf files", where,
                    "choose one, as " + model + "/FILE: " + namesOf(ggufs)};
    }
    const bool hasPickle = std::ranges::any_of(listing.files, [](const HubFile& file) {
        return file.path.ends_with(".bin") || file.path.ends_with(".pt") ||
               file.path.ends_with(".pth") || file.path.ends_with(".ckpt");
    });
    if (hasPickle) {
        throw Error{ErrorKind::Unsupported,
                    "the weights are pickle files alone, which can run any code when they are read",
                    where, "choose a copy of the model with safetensors or a .gguf file"};
    }
    throw Error{ErrorKind::Unsupported, "the hub has no safetensors and no .gguf file of it", where,
                "check that it is a language model's name"};
}

} // namespace

NeededFiles chooseFiles(const HubListing& listing, const FetchRequest& request)
{
    if (!request.file.empty()) {
        return oneFile(listing, request);
    }
    if (!request.include.empty()) {
        return matchingFiles(listing, request);
    }
    NeededFiles needed;
    std::vector<HubFile> ggufs;
    for (const HubFile& file : listing.files) {
        if (std::ranges::find(companions, file.path) != companions.end()) {
            needed.first.push_back(file);
        } else if (isGguf(file)) {
            ggufs.push_back(file);
        }
    }
    const HubFile* const index = fileNamed(listing, indexFile);
    const HubFile* single = fileNamed(listing, singleFile);
    single = single == nullptr ? fileNamed(listing, adapterFile) : single;
    if (single != nullptr) {
        needed.weights = {*single};
    } else if (index != nullptr) {
        needed.first.push_back(*index);
        needed.hasIndex = true;
    } else if (ggufs.size() == 1) {
        refuseShardOfGguf(ggufs.front(), "model " + request.name.text());
        return {.weights = ggufs}; // it holds configuration and tokenizer itself
    } else {
        refuse(listing, ggufs, request.name.text());
    }
    return needed;
}

std::vector<HubFile> shardsOf(const fs::path& index, const HubListing& listing, const HubName& name)
{
    const std::string where = "model " + name.text() + ", " + std::string{indexFile};
    const Json json = readJsonFile(index, {.bytes = indexBytes, .depth = 8});
    const auto map = json.is_object() ? json.find("weight_map") : json.end();
    if (map == json.end() || !map->is_object() || map->empty()) {
        throw Error{ErrorKind::BadInput, "the index names no weights", where,
                    "choose another copy of the model"};
    }
    std::set<std::string> names;
    for (const auto& [tensor, file] : map->items()) {
        names.insert(file.is_string() ? file.get<std::string>() : std::string{});
    }
    std::vector<HubFile> shards;
    for (const std::string& shard : names) {
        const HubFile* const file = fileNamed(listing, shard);
        if (file == nullptr || !shard.ends_with(".safetensors") ||
            shard.find('/') != std::string::npos) {
            throw Error{ErrorKind::BadInput,
                        "the index names \"" + escapedForDisplay(shard, 120) +
                            "\", which is no safetensors file of the model",
                        where, "choose another copy of the model"};
        }
        shards.push_back(*file);
    }
    return shards;
}

} // namespace nextquill::hub
