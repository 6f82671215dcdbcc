// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/ModelFiles.h"

#include "core/base/AtomicFile.h"
#include "core/base/Digest.h"
#include "core/base/Json.h"
#include "core/model/ModelLimits.h"
#include "core/model/SafeTensorsWriter.h"
#include "core/model/WeightNames.h"

#include "tests/core/model/ExpectError.h"
#include "tests/support/Fixtures.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

// Hugging Face folders: one written here, and the fixtures.

namespace nextquill::model {
namespace {

namespace fs = std::filesystem;
using nextquill::testing::TemporaryFolder;

constexpr const char* chatMl =
    "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + "
    "'\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

Json smallConfig()
{
    return {{"model_type", "llama"},
            {"hidden_size", 8},
            {"intermediate_size", 16},
            {"num_hidden_layers", 1},
            {"num_attention_heads", 2},
            {"num_key_value_heads", 1},
            {"vocab_size", 4},
            {"max_position_embeddings", 32},
            {"tie_word_embeddings", true},
            {"eos_token_id", 1}};
}

constexpr const char* smallTokenizer =
    R"({"version":"1.0","added_tokens":[{"id":0,"content":"<s>","special":true},)"
    R"({"id":1,"content":"</s>","special":true}],"normalizer":null,)"
    R"("pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},)"
    R"("post_processor":null,"decoder":{"type":"ByteLevel"},"model":{"type":"BPE",)"
    R"("vocab":{"<s>":0,"</s>":1,"a":2,"b":3},"merges":[]}})";

/// A whole model that a test can spoil.
class Folder : public TemporaryFolder
{
public:
    Folder()
    {
        writeJson("config.json", smallConfig());
        writeJson("tokenizer_config.json",
                  {{"eos_token", "</s>"}, {"bos_token", "<s>"}, {"chat_template", chatMl}});
        write("tokenizer.json", smallTokenizer);
        for (const ExpectedWeight& weight : expectedWeights(readModelConfig(smallConfig(), ""))) {
            add(weight.name, weight.shape);
        }
        save();
    }

    void writeJson(const std::string& name, const Json& json) { write(name, json.dump()); }

    void add(const std::string& name, const std::vector<std::int64_t>& shape)
    {
        std::size_t elements = 1;
        for (const std::int64_t size : shape) {
            elements *= static_cast<std::size_t>(size);
        }
        m_values[name] = std::vector<float>(elements, static_cast<float>(m_values.size()));
        m_shapes[name] = shape;
    }
    void remove(const std::string& name) { m_values.erase(name); }

    void save(const std::string& file = "model.safetensors") const
    {
        std::vector<NamedBlock> blocks;
        for (const auto& [name, values] : m_values) {
            blocks.push_back({.name = name,
                              .dtype = DType::F32,
                              .shape = m_shapes.at(name),
                              .data = values.data(),
                              .bytes = values.size() * sizeof(float)});
        }
        writeSafeTensors(path() / file, blocks);
    }

    [[nodiscard]] std::shared_ptr<const ModelFiles> open() const
    {
        return ModelFiles::open(path());
    }

    /// Puts the weights behind an index.
    void shard(const Json& weightMap)
    {
        fs::rename(path() / "model.safetensors", path() / "part-1.safetensors");
        writeJson("model.safetensors.index.json", {{"weight_map", weightMap}});
    }
    [[nodiscard]] Json weightMap(const std::string& file) const
    {
        Json map = Json::object();
        for (const auto& [name, values] : m_values) {
            map[name] = file;
        }
        return map;
    }

private:
    std::map<std::string, std::vector<float>> m_values;
    std::map<std::string, std::vector<std::int64_t>> m_shapes;
};

TEST(ModelFiles, OpensAFolder)
{
    Folder folder;
    folder.write("README.md", "---\nlanguage: en\nlicense:  apache-2.0 \n---\n# x\nlicense: no\n");
    const auto files = folder.open();

    EXPECT_EQ(files->kind(), "huggingface");
    EXPECT_EQ(files->dtypeName(), "F32");
    EXPECT_EQ(files->license(), "apache-2.0");
    EXPECT_EQ(files->bytes(), fs::file_size(folder / "model.safetensors"));
    EXPECT_EQ(files->endOfText(), text::TokenId{1});
    EXPECT_EQ(files->stopTokens(), std::vector{text::TokenId{1}});
    EXPECT_EQ(files->markup().name, "chatml");
    EXPECT_EQ(files->tensorNames().size(), 11U);
    std::vector<float> embedding(32);
    files->readFloat32("model.embed_tokens.weight", embedding.data());
    EXPECT_EQ(embedding, std::vector<float>(32, 0));
    EXPECT_ERROR(files->readFloat32("x", embedding.data()), BadInput, "no tensor \"x\"");
}

TEST(ModelFiles, DigestsTheWeightsAndCanBeStopped)
{
    const Folder folder;
    NoProgress progress;
    EXPECT_EQ(folder.open()->digest({}, progress), sha256OfFile(folder / "model.safetensors"));

    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW((void)folder.open()->digest(stop.get_token(), progress), Stopped);
}

TEST(ModelFiles, TakesTheEndFromWhereverItIsNamed)
{
    Folder folder;
    folder.writeJson("tokenizer_config.json", {{"eos_token", {{"content", "</s>"}}}});
    folder.writeJson("generation_config.json", {{"eos_token_id", {3, 1, 3}}});
    EXPECT_EQ(folder.open()->endOfText(), text::TokenId{1});
    EXPECT_EQ(folder.open()->stopTokens(), (std::vector{text::TokenId{1}, text::TokenId{3}}));

    folder.writeJson("tokenizer_config.json", Json::object());
    EXPECT_EQ(folder.open()->endOfText(), text::TokenId{3});

    folder.writeJson("generation_config.json", Json::object());
    EXPECT_EQ(folder.open()->endOfText(), text::TokenId{1}); // config.json

    fs::remove(folder / "tokenizer_config.json");
    fs::remove(folder / "generation_config.json");
    EXPECT_EQ(folder.open()->endOfText(), text::TokenId{1});

    Json config = smallConfig();
    config.erase("eos_token_id");
    folder.writeJson("config.json", config);
    EXPECT_ERROR((void)folder.open(), BadInput, "eos_token");
}

TEST(ModelFiles, RefusesEndsThatAreNoTokens)
{
    Folder folder;
    for (const Json& wrong : {Json(4), Json::array({1, 99}), Json("x"), Json(-1), Json(1.5),
                              Json::array({Json::array({1})}), Json(std::uint64_t{1} << 40U)}) {
        folder.writeJson("generation_config.json", {{"eos_token_id", wrong}});
        EXPECT_THROW((void)folder.open(), Error) << wrong;
    }
    folder.writeJson("generation_config.json", {{"eos_token_id", Json(std::vector<int>(1025, 1))}});
    EXPECT_ERROR((void)folder.open(), BadInput, "is 1025, at most 1024");
    folder.writeJson("generation_config.json", {{"eos_token_id", Json(std::vector<int>(1024, 1))}});
    EXPECT_NO_THROW((void)folder.open());

    folder.writeJson("tokenizer_config.json", {{"eos_token", "<end>"}});
    EXPECT_ERROR((void)folder.open(), BadInput, "no token \"<end>\"");
    folder.writeJson("tokenizer_config.json", {{"eos_token", 3}});
    EXPECT_ERROR((void)folder.open(), BadInput, "eos_token is neither");
    folder.write("tokenizer_config.json", "[]");
    EXPECT_ERROR((void)folder.open(), BadInput, "no JSON object");
}

TEST(ModelFiles, FindsTheChatTemplateInAllItsPlaces)
{
    Folder folder;
    folder.writeJson("tokenizer_config.json", {{"eos_token", "</s>"}});
    EXPECT_EQ(folder.open()->markup().name, "plain");

    folder.writeJson("tokenizer_config.json", {{"chat_template",
                                                {{{"name", "tool_use"}, {"template", "{{ x }}"}},
                                                 {{"name", "default"}, {"template", chatMl}}}}});
    EXPECT_EQ(folder.open()->markup().name, "chatml");

    folder.writeJson("tokenizer_config.json", Json::object());
    folder.write("chat_template.jinja", chatMl);
    EXPECT_EQ(folder.open()->markup().name, "chatml");

    folder.write("chat_template.jinja", std::string(limits::chatTemplateBytes + 1, ' '));
    EXPECT_ERROR((void)folder.open(), BadInput, "1048576 bytes");
    fs::remove(folder / "chat_template.jinja");
    folder.writeJson("tokenizer_config.json", {{"chat_template", 4}});
    EXPECT_ERROR((void)folder.open(), BadInput, "chat_template is neither");
    folder.writeJson("tokenizer_config.json", {{"chat_template", {{{"name", "default"}}}}});
    EXPECT_ERROR((void)folder.open(), BadInput, "chat_template is neither");
}

TEST(ModelFiles, RefusesPickleFilesWithAReason)
{
    Folder folder;
    fs::remove(folder / "model.safetensors");
    EXPECT_ERROR((void)folder.open(), BadInput, "no weights");
    folder.write("pytorch_model.bin", "pickle");
    EXPECT_ERROR((void)folder.open(), Unsupported, "can run any code");
    EXPECT_ERROR((void)ModelFiles::open(folder / "pytorch_model.bin"), Unsupported, "safetensors");
}

TEST(ModelFiles, SaysWhatAPathIsWhenItIsNoModel)
{
    Folder folder;
    EXPECT_ERROR((void)ModelFiles::open(folder / "missing"), BadInput, "no such file");
    EXPECT_ERROR((void)ModelFiles::open(folder / "config.json"), BadInput, "no model");
    EXPECT_ERROR((void)ModelFiles::open(folder / "model.safetensors"), BadInput, "alone");
    fs::remove(folder / "config.json");
    EXPECT_ERROR((void)folder.open(), BadInput, "no config.json");
    folder.write("adapter_config.json", "{}");
    EXPECT_ERROR((void)folder.open(), BadInput, "adapter");
}

TEST(ModelFiles, ComparesTheWeightsWithTheConfiguration)
{
    Folder folder;
    folder.add("model.norm.weight", {9});
    folder.save();
    EXPECT_ERROR((void)folder.open(), BadInput, "shape is [9]");
    folder.remove("model.norm.weight");
    folder.save();
    EXPECT_ERROR((void)folder.open(), BadInput, "model.norm.weight");

    Folder untied;
    Json config = smallConfig();
    config["tie_word_embeddings"] = false;
    untied.writeJson("config.json", config);
    EXPECT_ERROR((void)untied.open(), BadInput, "lm_head.weight");

    Folder small;
    config = smallConfig();
    config["vocab_size"] = 2'097'152; // nothing is made of that size before it is compared
    small.writeJson("config.json", config);
    EXPECT_ERROR((void)small.open(), BadInput, "embed_tokens");
}

TEST(ModelFiles, RefusesATokenizerLargerThanTheEmbedding)
{
    Folder folder;
    std::string tokenizer = smallTokenizer;
    tokenizer.replace(tokenizer.find("\"b\":3"), 5, "\"b\":4");
    folder.write("tokenizer.json", tokenizer);
    EXPECT_ERROR((void)folder.open(), BadInput, "the tokenizer has 5 tokens");
    fs::remove(folder / "tokenizer.json");
    EXPECT_ERROR((void)folder.open(), Unsupported, "tokenizer.json");
}

TEST(ModelFiles, OpensShards)
{
    Folder folder;
    folder.shard(folder.weightMap("part-1.safetensors"));
    EXPECT_EQ(folder.open()->tensorNames().size(), 11U);

    Json map = folder.weightMap("part-1.safetensors");
    map["more"] = "part-1.safetensors";
    folder.writeJson("model.safetensors.index.json", {{"weight_map", map}});
    EXPECT_ERROR((void)folder.open(), BadInput, "\"more\" is here, but it is not");
    map["more"] = "part-2.safetensors";
    folder.writeJson("model.safetensors.index.json", {{"weight_map", map}});
    EXPECT_ERROR((void)folder.open(), BadInput, "\"part-2.safetensors\" are missing");
}

TEST(ModelFiles, KeepsShardsInTheirFolder)
{
    Folder folder;
    folder.shard(Json::object());
    for (const char* name :
         {"../part-1.safetensors", "/etc/passwd", "sub/part-1.safetensors", "..", ".", ".hidden",
          "", "part 1.safetensors", "part-1.safetensors\n", "a\\b", "p\xc3\xa4rt", "C:part"}) {
        folder.writeJson("model.safetensors.index.json", {{"weight_map", {{"x", name}}}});
        EXPECT_ERROR((void)folder.open(), BadInput, "no plain file name");
    }
    using namespace std::string_literals;
    folder.writeJson("model.safetensors.index.json",
                     {{"weight_map", {{"x", "part-1.safetensors\0.txt"s}}}});
    EXPECT_ERROR((void)folder.open(), BadInput, "no plain file name");
}

TEST(ModelFiles, KeepsTheLimitsOfTheIndex)
{
    Folder folder;
    folder.shard(Json::object());
    const auto refused = [&](const Json& map, const char* words) {
        folder.writeJson("model.safetensors.index.json", {{"weight_map", map}});
        EXPECT_ERROR((void)folder.open(), BadInput, words);
    };
    refused({{"x", std::string(255, 'n')}}, "are missing");
    refused({{"x", std::string(256, 'n')}}, "is 256, at most 255");

    Json many = Json::object();
    for (std::size_t i = 0; i < limits::shards; ++i) {
        many[std::to_string(i)] = "s" + std::to_string(i);
    }
    refused(many, "are missing");
    many["more"] = "more";
    refused(many, "is 4097, at most 4096");

    refused(Json::object(), "missing or empty");
    refused({{"x", 3}}, "no file name");
    folder.write("model.safetensors.index.json", "[]");
    EXPECT_ERROR((void)folder.open(), BadInput, "weight_map");
    folder.write("model.safetensors.index.json", R"({"weight_map":{"x":"a","x":"b"}})");
    EXPECT_ERROR((void)folder.open(), BadInput, "\"x\" stands twice");
    folder.write("model.safetensors.index.json", std::string(limits::indexBytes + 1, ' '));
    EXPECT_ERROR((void)folder.open(), BadInput, "67108864 bytes");
}

TEST(ModelFiles, KeepsTheLimitsOfConfigJson)
{
    Folder folder;
    const std::string config = smallConfig().dump();
    folder.write("config.json", config + std::string(limits::configBytes - config.size(), ' '));
    EXPECT_NO_THROW((void)folder.open());
    folder.write("config.json", config + std::string(limits::configBytes + 1 - config.size(), ' '));
    EXPECT_ERROR((void)folder.open(), BadInput, "4194304 bytes");

    const auto nested = [&](int depth) {
        const auto levels = static_cast<std::size_t>(depth - 1);
        std::string deep = config;
        deep.back() = ',';
        return deep + "\"x\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
    };
    folder.write("config.json", nested(limits::configDepth));
    EXPECT_NO_THROW((void)folder.open());
    folder.write("config.json", nested(limits::configDepth + 1));
    EXPECT_ERROR((void)folder.open(), BadInput, "deeper than 32");
}

TEST(ModelFiles, WritesCompanionsWithoutCode)
{
    Folder folder;
    Json config = smallConfig();
    config["auto_map"] = {{"AutoModel", "evil.Model"}};
    folder.writeJson("config.json", config);
    folder.writeJson("tokenizer_config.json", {{"eos_token", "</s>"},
                                               {"auto_map", {{"AutoTokenizer", "evil.Tokenizer"}}},
                                               {"tokenizer_class", "GPT2Tokenizer"},
                                               {"model_max_length", 32}});
    folder.write("chat_template.jinja", chatMl);
    const TemporaryFolder out;
    folder.open()->writeCompanionFiles(out.path(), "bfloat16");

    const Json written = readJsonFile(out / "config.json", {});
    EXPECT_FALSE(written.contains("auto_map"));
    EXPECT_EQ(written.at("torch_dtype"), "bfloat16");
    EXPECT_EQ(written.at("eos_token_id"), 1);
    const Json tokenizer = readJsonFile(out / "tokenizer_config.json", {});
    EXPECT_FALSE(tokenizer.contains("auto_map"));
    EXPECT_EQ(tokenizer.at("tokenizer_class"), "PreTrainedTokenizerFast");
    EXPECT_EQ(tokenizer.at("chat_template"), chatMl);
    EXPECT_EQ(tokenizer.at("model_max_length"), 32);
    EXPECT_EQ(readFile(out / "tokenizer.json"), smallTokenizer);

    // With the weights it is the same model again.
    fs::copy(folder / "model.safetensors", out / "model.safetensors");
    const auto again = ModelFiles::open(out.path());
    EXPECT_EQ(again->endOfText(), text::TokenId{1});
    EXPECT_EQ(again->markup().name, "chatml");
    EXPECT_ERROR(again->writeCompanionFiles(out / "missing", "float32"), Storage, "missing");
}

TEST(ModelFiles, ReadsShardedAndWholeFixturesAlike)
{
    NEXTQUILL_NEED_SHARED(models, "fixtures/models");
    const auto whole = ModelFiles::open(models / "tiny-qwen2");
    const auto sharded = ModelFiles::open(models / "tiny-qwen2-bf16-sharded");

    EXPECT_EQ(whole->tensorNames(), sharded->tensorNames());
    EXPECT_EQ(sharded->dtypeName(), "BF16");
    for (const std::string& name : whole->tensorNames()) {
        const auto elements = static_cast<std::size_t>(whole->find(name)->elements());
        std::vector<float> exact(elements);
        std::vector<float> rounded(elements);
        whole->readFloat32(name, exact.data());
        sharded->readFloat32(name, rounded.data());
        for (std::size_t i = 0; i < elements; ++i) {
            ASSERT_NEAR(exact[i], rounded[i], std::abs(exact[i]) / 256) << name;
        }
    }
    EXPECT_EQ(whole->endOfText(), text::TokenId{1202});
    EXPECT_EQ(whole->markup().name, "chatml");
}

} // namespace
} // namespace nextquill::model
