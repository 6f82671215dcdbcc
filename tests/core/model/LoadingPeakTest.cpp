// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Json.h"

#include "tests/core/model/TinyGguf.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

// Loading in a process of its own (model_peer), which says how much memory it had at most.

namespace nextquill::model {
namespace {

using nextquill::testing::GgufBuilder;
using nextquill::testing::TinyGguf;

constexpr std::uint64_t rows = 2'000'000; // 128 MB in 16 bits
constexpr std::uint32_t f16 = 1;

/// TinyGguf with a long embedding, a hole in the file: zeros that take no disk.
std::filesystem::path writeLongModel(const nextquill::testing::TemporaryFolder& folder)
{
    TinyGguf model;
    model.tensors.erase("token_embd.weight");
    GgufBuilder file = model.builder();
    file.tensor("token_embd.weight", {TinyGguf::hidden, rows}, f16, "");
    const std::filesystem::path path = folder.write("long.gguf", file.bytes());
    std::filesystem::resize_file(path,
                                 std::filesystem::file_size(path) + TinyGguf::hidden * rows * 2);
    return path;
}

Json loadElsewhere(const std::filesystem::path& model, const std::string& type)
{
    const std::string command =
        std::string{"'"} + MODEL_PEER + "' load '" + model.string() + "' " + type;
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "r"), ::pclose};
    std::string line;
    std::array<char, 512> part{};
    while (pipe && std::fgets(part.data(), part.size(), pipe.get()) != nullptr) {
        line += part.data();
    }
    return Json::parse(line);
}

TEST(LoadingPeak, IsTheWeightsAndATenthMore)
{
    const nextquill::testing::TemporaryFolder folder;
    const std::filesystem::path model = writeLongModel(folder);
    for (const char* type : {"bfloat16", "float32"}) {
        const Json said = loadElsewhere(model, type);
        const auto weights = said.at("weights").get<std::int64_t>();
        const auto above =
            said.at("peak").get<std::int64_t>() - said.at("before").get<std::int64_t>() - weights;
        ASSERT_GT(weights, 120'000'000);
        EXPECT_LT(above, weights / 10) << type << ": " << said;
    }
}

} // namespace
} // namespace nextquill::model
