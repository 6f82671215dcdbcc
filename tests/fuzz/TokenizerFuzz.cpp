// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Tokenizer.h"
#include "core/text/TokenizerDefinition.h"

#include "tests/fuzz/FuzzedInput.h"

namespace nextquill::fuzz {

namespace {

constexpr std::string_view sample =
    "It's 12345 o'clock,  abab  <s>\n\xc3\xa9t\xc3\xa9 \xf0\x9f\x98\x80 \xe2\x96\x81"
    "a<0x61> FooBAR we'LL #tag// \xe6\xbc\xa2\xe5\xad\x97\xe3\x81\x8b \xef\xac\x81"
    "e\xcc\x81\x7f\t \xff ";

void read(std::string_view json)
{
    const text::TokenizerDefinition definition = text::parseTokenizer(json, "fuzzed");
    const text::Tokenizer tokenizer{definition};
    const auto encoding = tokenizer.encodeWithSpecial(sample);
    require(encoding.ids.size() == encoding.bytes.size());
    for (const ByteRange& range : encoding.bytes) {
        require(range.begin <= range.end && range.end <= sample.size());
    }
    (void)tokenizer.decode(encoding.ids);
    allowErrors([&] { (void)text::toTokenizerJson(definition); });
}

} // namespace

} // namespace nextquill::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    nextquill::fuzz::allowErrors(
        [&] { nextquill::fuzz::read(nextquill::fuzz::textOf(data, size)); });
    return 0;
}
