// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/CompanionFiles.h"

#include "core/base/AtomicFile.h"

namespace nextquill::model {

namespace {

void writeJson(const std::filesystem::path& file, const OrderedJson& json)
{
    writeFileAtomically(file,
                        json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
}

OrderedJson specialTokensMap(const NamedTokens& tokens)
{
    OrderedJson json = OrderedJson::object();
    const auto put = [&](const char* key, const std::optional<std::string>& token) {
        if (token) {
            json[key] = *token;
        }
    };
    put("bos_token", tokens.beginning);
    put("eos_token", tokens.end);
    put("pad_token", tokens.padding);
    put("unk_token", tokens.unknown);
    return json;
}

} // namespace

void writeCompanions(const std::filesystem::path& folder, const OrderedJson& config,
                     const Companions& companions)
{
    writeJson(folder / "config.json", config);
    writeFileAtomically(folder / "tokenizer.json", companions.tokenizer);
    writeJson(folder / "tokenizer_config.json", companions.tokenizerConfig);
    writeJson(folder / "special_tokens_map.json", specialTokensMap(companions.tokens));
    writeJson(folder / "generation_config.json", companions.generationConfig);
}

} // namespace nextquill::model
