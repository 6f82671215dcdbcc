// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

/// What files of strangers may cost; docs/formats.md has the same table in words.
namespace nextquill::model::limits {

// safetensors
inline constexpr std::uint64_t headerMinimumBytes = 2;
inline constexpr std::uint64_t headerBytes = 100'000'000;
inline constexpr std::size_t tensors = 200'000;
inline constexpr std::size_t nameBytes = 1'024;
inline constexpr std::size_t rank = 8;
inline constexpr std::size_t headerDepth = 4;
inline constexpr std::size_t metadataEntries = 65'536;
inline constexpr std::size_t metadataBytes = std::size_t{16} << 20;

// model.safetensors.index.json
inline constexpr std::size_t indexBytes = std::size_t{64} << 20;
inline constexpr int indexDepth = 8;
inline constexpr std::size_t shards = 4'096;
inline constexpr std::size_t shardNameBytes = 255;

// GGUF
inline constexpr std::uint32_t ggufOldest = 2;
inline constexpr std::uint32_t ggufNewest = 3;
inline constexpr std::uint64_t ggufKeys = 65'536;
inline constexpr std::uint64_t ggufKeyBytes = 65'535;
inline constexpr std::uint64_t ggufStringBytes = std::uint64_t{16} << 20;
inline constexpr std::uint64_t ggufArrayItems = 16'777'216;
inline constexpr std::uint64_t ggufMetadataBytes = std::uint64_t{512} << 20;
inline constexpr std::uint64_t ggufTensors = 65'536;
inline constexpr std::uint32_t ggufRank = 4;
inline constexpr std::uint64_t ggufAlignmentLeast = 8;
inline constexpr std::uint64_t ggufAlignmentMost = 65'536;

// config.json and what GGUF metadata say instead
inline constexpr std::size_t configBytes = std::size_t{4} << 20;
inline constexpr int configDepth = 32;
inline constexpr std::int64_t hidden = 65'536;
inline constexpr std::int64_t intermediate = 1'048'576;
inline constexpr std::int64_t layers = 1'024;
inline constexpr std::int64_t heads = 1'024;
inline constexpr std::int64_t headSize = 4'096;
inline constexpr std::int64_t vocabulary = 2'097'152;
inline constexpr std::int64_t context = 16'777'216;

// tokenizer_config.json, chat_template.jinja, README.md and GGUF's tokenizer
inline constexpr std::size_t tokenizerConfigBytes = std::size_t{16} << 20;
inline constexpr std::size_t chatTemplateBytes = std::size_t{1} << 20;
inline constexpr std::size_t readmeBytes = std::size_t{64} << 10; // of its beginning
inline constexpr std::size_t stopTokens = 1'024;
inline constexpr std::uint64_t merges = 4'194'304;
inline constexpr std::size_t tokenBytes = std::size_t{64} << 10;

} // namespace nextquill::model::limits
