// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nextquill::store {
class Project;
}
namespace nextquill::text {
class Tokenizer;
}

namespace nextquill::workflow {

/// How many tokens texts have for a model, of which the tokenizer alone is kept: the one asked for
/// last.
///
/// Threads  any; several may ask at once
/// Stops    after the text that it is in
class TokenCounts
{
public:
    /// Parallel to `texts`: of each as it stands, nothing added. `model` is what chooseModel()
    /// takes; `project` may be null.
    ///
    /// Throws what choosing and opening the model throws.
    [[nodiscard]] std::vector<std::int64_t> of(const std::vector<std::string>& texts,
                                               const std::string& model, store::Project* project,
                                               const StopToken& stop);

private:
    [[nodiscard]] std::shared_ptr<const text::Tokenizer> tokenizerOf(const std::string& model,
                                                                     store::Project* project);

    std::mutex m_mutex; // guards what follows
    std::string m_model;
    std::shared_ptr<const text::Tokenizer> m_tokenizer;
};

} // namespace nextquill::workflow
