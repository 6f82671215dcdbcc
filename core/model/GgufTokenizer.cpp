// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/GgufTokenizer.h"

#include "core/model/FileErrors.h"
#include "core/model/GgufBytePairs.h"
#include "core/model/GgufFile.h"
#include "core/model/GgufSentencePieces.h"

#include <string_view>

namespace nextquill::model {

text::TokenizerDefinition readGgufTokenizer(const GgufFile& file)
{
    const std::string_view kind = file.metadata().text("tokenizer.ggml.model").value_or("");
    if (kind == "gpt2") {
        return readGgufBytePairs(file);
    }
    if (kind == "llama") {
        return readGgufScoredPairs(file);
    }
    if (kind == "t5") {
        return readGgufUnigram(file);
    }
    throw Error{ErrorKind::Unsupported,
                "the tokenizer is of the kind " + inQuotes(kind) + " (tokenizer.ggml.model)",
                file.where(), "use a model with a tokenizer of the kind gpt2, llama or t5"};
}

} // namespace nextquill::model
