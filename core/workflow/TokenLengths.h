// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <string>
#include <vector>

namespace nextquill::store {
class Project;
}

namespace nextquill::workflow {

/// How many texts have between `low` and `high` tokens, both included.
struct TokenLengthBar
{
    std::int64_t low = 0;
    std::int64_t high = 0;
    std::int64_t texts = 0;
};

/// How long the texts of a project are in tokens of a model.
struct TokenLengths
{
    std::string model;
    std::int64_t texts = 0; ///< counted
    std::int64_t of = 0;    ///< that take part; more: a sample was counted
    double mean = 0;
    std::int64_t median = 0;
    std::int64_t ninetieth = 0; ///< nine texts in ten have no more
    std::int64_t longest = 0;
    std::vector<TokenLengthBar> bars; ///< by length; the last has all that is longer
};

/// Counts all texts or, where there are more than `most`, a sample of so many.
///
/// `model` is what chooseModel() takes; nothing but its tokenizer is read.
///
/// Stops    between two texts
/// Throws   Error(BadInput) for a model that there is not, Error(Storage)
[[nodiscard]] TokenLengths tokenLengths(store::Project& project, const std::string& model,
                                        std::int64_t most, const StopToken& stop,
                                        Progress& progress);

} // namespace nextquill::workflow
