// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ShardIndex.h"

#include "core/base/AtomicFile.h"
#include "core/base/Json.h"
#include "core/model/FileErrors.h"
#include "core/model/ModelLimits.h"

#include <algorithm>
#include <set>

namespace nextquill::model {

namespace {

/// Plain names only: nothing in an index may lead out of the folder.
void checkShardName(const std::string& name, const std::string& where)
{
    const bool isPlain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    });
    if (name.empty() || name.front() == '.' || !isPlain) {
        throw damaged("the index names " + inQuotes(name) + ", which is no plain file name", where);
    }
    if (name.size() > limits::shardNameBytes) {
        throw overLimit("the length of a file name in the index", name.size(),
                        limits::shardNameBytes, where);
    }
}

constexpr JsonLimits indexLimits{
    .bytes = limits::indexBytes, .depth = limits::indexDepth, .refuseDuplicateKeys = true};

} // namespace

std::map<std::string, std::string> parseShardIndex(std::string_view json, const std::string& where)
{
    const Json index = parseJson(json, indexLimits, where);
    const auto map = index.is_object() ? index.find("weight_map") : index.end();
    if (map == index.end() || !map->is_object() || map->empty()) {
        throw damaged("weight_map is missing or empty", where);
    }
    if (map->size() > limits::tensors) {
        throw overLimit("the number of tensors", map->size(), limits::tensors, where);
    }
    std::map<std::string, std::string> shardOf;
    std::set<std::string> shards;
    for (const auto& [tensor, shard] : map->items()) {
        if (!shard.is_string()) {
            throw damaged("weight_map has a value that is no file name", where);
        }
        checkShardName(shard.get_ref<const std::string&>(), where);
        shards.insert(shard.get<std::string>());
        if (shards.size() > limits::shards) {
            throw overLimit("the number of shards", shards.size(), limits::shards, where);
        }
        shardOf.emplace(tensor, shard.get<std::string>());
    }
    return shardOf;
}

std::map<std::string, std::string> readShardIndex(const std::filesystem::path& file)
{
    return parseShardIndex(readFile(file, limits::indexBytes), file.string());
}

} // namespace nextquill::model
