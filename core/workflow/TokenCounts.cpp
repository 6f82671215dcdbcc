// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/TokenCounts.h"

#include "core/model/ModelFiles.h"
#include "core/text/Tokenizer.h"
#include "core/workflow/ModelChoice.h"

namespace nextquill::workflow {

std::vector<std::int64_t> TokenCounts::of(const std::vector<std::string>& texts,
                                          const std::string& model, store::Project* project,
                                          const StopToken& stop)
{
    const auto tokenizer = tokenizerOf(model, project);
    std::vector<std::int64_t> counts;
    counts.reserve(texts.size());
    for (const std::string& text : texts) {
        stopPoint(stop);
        // A user's text is never markup: no special token is recognised in it.
        counts.push_back(static_cast<std::int64_t>(tokenizer->encode(text, {}).ids.size()));
    }
    return counts;
}

std::shared_ptr<const text::Tokenizer> TokenCounts::tokenizerOf(const std::string& model,
                                                                store::Project* project)
{
    // Held while the file is read: who asks for the same model meanwhile would read it, too.
    const std::scoped_lock lock{m_mutex};
    if (!m_tokenizer || m_model != model) {
        m_tokenizer = model::ModelFiles::open(chooseModel(model, project).base)->tokenizer();
        m_model = model;
    }
    return m_tokenizer;
}

} // namespace nextquill::workflow
