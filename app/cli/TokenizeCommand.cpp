// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/model/ModelFiles.h"
#include "core/workflow/ModelChoice.h"

#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"
#include "app/cli/JsonLines.h"

#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

struct TokenizeOptions
{
    std::string model;
    bool special = false;
    bool offsets = false;
    bool decode = false;
};

OrderedJson idsOf(const text::Encoding& encoding)
{
    OrderedJson ids = OrderedJson::array();
    for (const text::TokenId id : encoding.ids) {
        ids.push_back(static_cast<std::int64_t>(id));
    }
    return ids;
}

OrderedJson encoded(const text::Tokenizer& tokenizer, const Json& line, const std::string& where,
                    const TokenizeOptions& options)
{
    if (!line.is_string()) {
        throw Error{ErrorKind::BadInput, "the line is no JSON string", where,
                    "give one string in quotes a line"};
    }
    const auto text = line.get<std::string>();
    const text::Encoding encoding =
        options.special ? tokenizer.encodeWithSpecial(text) : tokenizer.encode(text);
    OrderedJson result{{"ids", idsOf(encoding)}};
    if (options.offsets) {
        OrderedJson offsets = OrderedJson::array();
        for (const ByteRange& bytes : encoding.bytes) {
            offsets.push_back({bytes.begin, bytes.end});
        }
        result["offsets"] = std::move(offsets);
    }
    return result;
}

OrderedJson decoded(const text::Tokenizer& tokenizer, const Json& line, const std::string& where)
{
    std::vector<text::TokenId> ids;
    if (!line.is_array()) {
        throw Error{ErrorKind::BadInput, "the line is no list of ids", where,
                    "give a list such as [1, 2, 3] a line"};
    }
    for (const Json& id : line) {
        const bool fits = id.is_number_unsigned() && id.get<std::uint64_t>() < tokenizer.size();
        if (!fits) {
            throw Error{ErrorKind::BadInput, id.dump() + " is no token id", where,
                        fmt::format("ids go from 0 to {}", tokenizer.size() - 1)};
        }
        ids.push_back(text::TokenId{static_cast<std::int32_t>(id.get<std::int64_t>())});
    }
    return {{"text", tokenizer.decode(ids)}};
}

int tokenize(const TokenizeOptions& options, Context& context)
{
    const auto choice = workflow::chooseModel(options.model, nullptr);
    const auto files = model::ModelFiles::open(choice.base);
    JsonLines lines;
    while (const auto line = lines.next()) {
        stopPoint(context.interrupt.token());
        context.out.line(options.decode
                             ? decoded(*files->tokenizer(), line->value, line->where)
                             : encoded(*files->tokenizer(), line->value, line->where, options));
    }
    return exitDone;
}

} // namespace

void addTokenize(CLI::App& app, Context& context)
{
    CLI::App* const command =
        app.add_subcommand("tokenize", "JSON strings on standard input (one a line), ids out");
    const auto options = std::make_shared<TokenizeOptions>();
    command->add_option("--model", options->model, "Model whose tokenizer is used")->required();
    command->add_flag("--special", options->special, "Add what the tokenizer itself adds");
    command->add_flag("--offsets", options->offsets, "Byte offsets of each token, too");
    command->add_flag("--decode", options->decode, "Read lists of ids, write texts");
    command->callback([options, &context] {
        context.action = [options, &context] { return tokenize(*options, context); };
    });
}

} // namespace nextquill::app
