// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/NeededFiles.h"

#include "core/base/Error.h"

#include <gmock/gmock.h>

namespace nextquill::hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

HubListing listing(const std::vector<std::string>& names)
{
    HubListing listing;
    for (const std::string& name : names) {
        listing.files.push_back({.path = name, .size = 1500});
    }
    return listing;
}

std::vector<std::string> chosen(const std::vector<std::string>& names, FetchRequest request = {})
{
    request.name = {.owner = "tea", .name = "kettle"};
    const NeededFiles needed = chooseFiles(listing(names), request);
    std::vector<std::string> paths;
    for (const auto* part : {&needed.first, &needed.weights}) {
        for (const HubFile& file : *part) {
            paths.push_back(file.path);
        }
    }
    return paths;
}

std::string refusal(const std::vector<std::string>& names, const FetchRequest& request = {})
{
    try {
        static_cast<void>(chosen(names, request));
        return "none";
    } catch (const Error& error) {
        return error.what();
    }
}

TEST(NeededFiles, AreTheConfigurationTheTokenizerAndTheWeights)
{
    EXPECT_THAT(chosen({"config.json", "flax_model.msgpack", "model.safetensors", "run.py",
                        "tokenizer.json", "x.gguf"}),
                ElementsAre("config.json", "tokenizer.json", "model.safetensors"));
    EXPECT_THAT(chosen({"adapter_config.json", "adapter_model.safetensors", "adapter_model.bin"}),
                ElementsAre("adapter_config.json", "adapter_model.safetensors"));
}

TEST(NeededFiles, AreTheOneGgufFileWhereThereIsNoOther)
{
    EXPECT_THAT(chosen({"README.md", "x.Q8_0.gguf"}), ElementsAre("x.Q8_0.gguf"));
    EXPECT_THAT(refusal({"a.gguf", "b.gguf"}), HasSubstr("/FILE: a.gguf (1.5 kB), b.gguf"));
    EXPECT_THAT(refusal({"a-00001-of-00002.gguf"}), HasSubstr("a part of several"));
}

TEST(NeededFiles, AreTheOnesThatWereAskedFor)
{
    EXPECT_THAT(chosen({"a.gguf", "b.gguf"}, {.file = "b.gguf"}), ElementsAre("b.gguf"));
    EXPECT_THAT(chosen({"a.bin", "a.gguf", "a.py", "b.json"}, {.include = {"a*", "b.json"}}),
                ElementsAre("b.json", "a.gguf"));
    EXPECT_THAT(refusal({"a.gguf"}, {.file = "c.gguf"}), HasSubstr("choose one of a.gguf"));
    EXPECT_THAT(refusal({"a.bin"}, {.file = "a.bin"}), HasSubstr("no kind of file"));
    EXPECT_THAT(refusal({"a.bin"}, {.include = {"*"}}), HasSubstr("--include"));
}

TEST(NeededFiles, AreNeverPickle)
{
    EXPECT_THAT(refusal({"config.json", "pytorch_model.bin"}), HasSubstr("pickle"));
    EXPECT_THAT(refusal({"config.json"}), HasSubstr("no safetensors"));
}

} // namespace
} // namespace nextquill::hub
