// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Demo.h"

#include "core/store/Project.h"
#include "core/store/RunLedger.h"

#include "tests/support/Fixtures.h"
#include "tests/support/OwnDeviceLocks.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <utility>

namespace nextquill::workflow {
namespace {

TEST(Demo, MakesAllThatItShowsAndGoesOnWhereItWas)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    const nextquill::testing::TemporaryFolder folder;
    const nextquill::testing::OwnDeviceLocks locks{folder};
    NoProgress progress;
    std::string said;
    const auto say = [&said](const std::string& line) { said += line + "\n"; };
    const DemoSettings settings{
        .folder = folder / "demo", .steps = 2, .examples = 1, .model = model.string()};
    const auto file = runDemo(settings, say, {}, progress);
    EXPECT_TRUE(std::filesystem::exists(file));
    EXPECT_NE(said.find("held-out loss "), std::string::npos) << said;
    EXPECT_EQ(said.find("no held-out loss"), std::string::npos);
    EXPECT_NE(said.find("NLL per token"), std::string::npos);
    EXPECT_NE(said.find("tiny-qwen2"), std::string::npos);
    EXPECT_NE(said.find("nextquill-demo-1"), std::string::npos);
    std::ptrdiff_t svgs = 0;
    for (const auto& entry : std::filesystem::directory_iterator{folder / "demo"}) {
        svgs += entry.path().extension() == ".svg" ? 1 : 0;
    }
    EXPECT_EQ(svgs, 3);
    EXPECT_TRUE(std::filesystem::exists(folder / "demo" / "evaluation.json"));
    EXPECT_TRUE(std::filesystem::exists(folder / "demo" / "comparison.json"));

    const std::string first = std::exchange(said, "");
    const auto written = std::filesystem::last_write_time(folder / "demo" / "evaluation.json");
    EXPECT_EQ(runDemo(settings, say, {}, progress), file);
    const auto project = store::Project::open(file, store::OpenMode::ReadOnly);
    EXPECT_EQ(store::RunLedger{*project}.all().size(), 1U) << "it trained again";
    EXPECT_EQ(std::filesystem::last_write_time(folder / "demo" / "evaluation.json"), written)
        << "it evaluated again";
    EXPECT_EQ(said, first);

    std::filesystem::remove(folder / "demo" / "comparison.json");
    runDemo(settings, say, {}, progress);
    EXPECT_TRUE(std::filesystem::exists(folder / "demo" / "comparison.json"));
    EXPECT_EQ(store::RunLedger{*project}.all().size(), 1U) << "it trained again";
}

} // namespace
} // namespace nextquill::workflow
