// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/LineReader.h"
#include "core/causal/TwinExample.h"

#include <filesystem>
#include <optional>
#include <string>

namespace nextquill::model {
class ModelFiles;
}

namespace nextquill::workflow {

/// One of CLI.md's Records: ready prompts, used as they are.
struct Record
{
    std::string id;
    std::string with;    ///< with_history
    std::string without; ///< without_history
    std::string target;
};

/// Reads Records from JSON lines, one after the other ("-": standard input).
class RecordReader
{
public:
    /// Throws Error(Storage) when the file cannot be opened.
    explicit RecordReader(const std::filesystem::path& jsonl);

    /// The next record, or none at the end; empty lines are skipped. A record without an id gets
    /// its line's number. Throws Error(BadInput) with the line of a broken one.
    [[nodiscard]] std::optional<Record> next();

private:
    std::string m_name;
    LineReader m_lines;
};

/// Prompts and target in tokens: special tokens in the prompts are recognised, nothing is added but
/// the end-of-sequence token behind the target.
[[nodiscard]] causal::TwinExample twinExampleFor(const Record& record,
                                                 const model::ModelFiles& files,
                                                 const causal::TargetLimits& limits);

} // namespace nextquill::workflow
