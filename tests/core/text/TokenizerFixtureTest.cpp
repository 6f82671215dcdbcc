// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/text/Tokenizer.h"
#include "core/text/TokenizerDefinition.h"

#include "tests/support/Fixtures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

// All cases of shared/fixtures/tokenizer, made by the `tokenizers` package.

namespace nextquill::text {
namespace {

struct Reference
{
    const char* cases;
    const char* tokenizer;
};

class TokenizerFixture : public ::testing::TestWithParam<Reference>
{
protected:
    void SetUp() override
    {
        const auto cases =
            nextquill::testing::shared(std::string{"fixtures/tokenizer/"} + GetParam().cases);
        const auto tokenizer =
            nextquill::testing::shared(std::string{"fixtures/models/"} + GetParam().tokenizer);
        if (!cases || !tokenizer) {
            GTEST_SKIP() << "reference fixtures are not beside the checkout";
        }
        m_fixture = readJsonFile(*cases, {});
        m_tokenizer = std::make_unique<Tokenizer>(readTokenizerFile(*tokenizer));
    }

    Json m_fixture;
    std::unique_ptr<Tokenizer> m_tokenizer;
};

std::vector<int> numbers(const std::vector<TokenId>& ids)
{
    std::vector<int> result;
    for (const TokenId id : ids) {
        result.push_back(static_cast<int>(id));
    }
    return result;
}

std::vector<TokenId> tokenIds(const Json& numbers)
{
    std::vector<TokenId> ids;
    for (const Json& number : numbers) {
        ids.push_back(static_cast<TokenId>(number.get<int>()));
    }
    return ids;
}

/// Our byte ranges as the fixtures count: code points.
Json inCodePoints(const std::vector<ByteRange>& ranges, std::string_view text)
{
    Json result = Json::array();
    for (const ByteRange& range : ranges) {
        result.push_back({codePointCount(text.substr(0, range.begin)),
                          codePointCount(text.substr(0, range.end))});
    }
    return result;
}

TEST_P(TokenizerFixture, EveryCaseIsEqual)
{
    const Json& fixture = m_fixture;
    const Tokenizer& tokenizer = *m_tokenizer;

    for (const Json& row : fixture.at("cases")) {
        const auto& text = row.at("text").get_ref<const std::string&>();
        const std::string shown =
            row.at("group").get<std::string>() + ": " + escapedForDisplay(text);
        const Encoding encoding = tokenizer.encode(text);
        EXPECT_EQ(Json(numbers(encoding.ids)), row.at("ids")) << shown;
        EXPECT_EQ(inCodePoints(encoding.bytes, text), row.at("offsets")) << shown;
        EXPECT_EQ(Json(numbers(tokenizer.encodeWithSpecial(text).ids)),
                  row.value("ids_with_special", row.at("ids")))
            << shown;
        const std::vector<TokenId> ids = tokenIds(row.at("ids"));
        EXPECT_EQ(tokenizer.decode(ids), row.at("decoded")) << shown;
        EXPECT_EQ(tokenizer.decode(ids, true),
                  row.value("decoded_skip_special", row.at("decoded").get<std::string>()))
            << shown;
    }
    EXPECT_EQ(fixture.at("cases").size(), 671U);
}

TEST_P(TokenizerFixture, DecodingEveryPrefixIsEqualAndStreamingNeverShowsHalfACharacter)
{
    const Json& fixture = m_fixture;
    const Tokenizer& tokenizer = *m_tokenizer;

    for (const Json& row : fixture.at("prefix_decoding")) {
        const std::vector<TokenId> ids = tokenIds(row.at("ids"));
        StreamDecoder stream{tokenizer};
        std::string shown;
        for (std::size_t i = 0; i < ids.size(); ++i) {
            const auto& decoded = row.at("decoded_prefixes").at(i).get_ref<const std::string&>();
            EXPECT_EQ(tokenizer.decode(std::span{ids}.first(i + 1)), decoded);
            shown += stream.push(ids[i]);
            EXPECT_TRUE(decoded.starts_with(shown)) << decoded << " / " << shown;
            EXPECT_EQ(shown.find("\ufffd"), std::string::npos);
        }
        EXPECT_EQ(shown + stream.finish(), row.at("decoded_prefixes").back());
    }
}

INSTANTIATE_TEST_SUITE_P(
    Models, TokenizerFixture,
    ::testing::Values(Reference{"smollm2.json", "SmolLM2-135M-Instruct-tokenizer/tokenizer.json"},
                      Reference{"qwen2.5.json",
                                "Qwen2.5-Coder-0.5B-Instruct-tokenizer/tokenizer.json"},
                      Reference{"tiny-qwen.json", "tiny-qwen2/tokenizer.json"},
                      Reference{"tiny-llama.json", "tiny-llama/tokenizer.json"}),
    [](const auto& reference) {
        std::string name = reference.param.cases;
        std::erase_if(name, [](char c) { return c == '.' || c == '-'; });
        return name.substr(0, name.size() - 4);
    });

} // namespace
} // namespace nextquill::text
