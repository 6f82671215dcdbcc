// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/hub/Fetching.h"

#include <thread>

namespace nextquill::hub {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(Fetching, LeavesTheFilesOfTheModelInTheHubsOwnLayout)
{
    const FetchedModel model = fetch();

    const fs::path home = folder / "hub/models--tea--kettle";
    const std::string commit(40, 'a');
    EXPECT_EQ(model.path, home / "snapshots" / commit);
    EXPECT_EQ(model.commit, commit);
    EXPECT_THAT(model.files,
                ElementsAre("README.md", "config.json", "tokenizer.json", "model.safetensors"));
    EXPECT_EQ(readFile(model.path / "model.safetensors"), weights);
    EXPECT_EQ(fs::read_symlink(model.path / "model.safetensors"),
              "../../blobs/" + HubServer::checksumOf(weights, true));
    EXPECT_EQ(fs::read_symlink(model.path / "config.json"),
              "../../blobs/" + HubServer::checksumOf("{}", false));
    EXPECT_EQ(readFile(home / "refs/main"), commit);
    EXPECT_FALSE(fs::exists(partial()));
    EXPECT_EQ(HubCache{settings.cache}.find(request.name)->path, model.path);
    EXPECT_EQ(model.fetched, model.bytes);
}

TEST_F(Fetching, NeverAsksForPickleCodeOrFilesOfOtherFolders)
{
    static_cast<void>(fetch());
    EXPECT_EQ(server.count(".bin"), 0);
    EXPECT_EQ(server.count(".py"), 0);
    EXPECT_EQ(server.count("onnx"), 0);
}

TEST_F(Fetching, AsksOnlyForTheListWhenAllIsThere)
{
    static_cast<void>(fetch());
    const std::size_t asked = server.requests().size();
    const FetchedModel again = fetch();
    EXPECT_EQ(server.requests().size(), asked + 1);
    EXPECT_EQ(again.fetched, 0U);
}

TEST_F(Fetching, ReportsBytesUpToTheTotal)
{
    static_cast<void>(fetch());
    std::int64_t before = 0;
    for (const ProgressReport& report : progress.reports) {
        EXPECT_GE(report.done, before);
        before = report.done;
        EXPECT_LE(report.done, std::max<std::int64_t>(report.total, 0));
    }
    EXPECT_EQ(progress.reports.back().done, progress.reports.back().total);
}

TEST_F(Fetching, SendsTheTokenToTheHubAndToNoOtherPort)
{
    settings.token = "hf_secret";
    server.requireToken("hf_secret");
    static_cast<void>(fetch());
    for (const ServerRequest& each : server.requests()) {
        EXPECT_EQ(each.authorization, each.isStorage ? "" : "Bearer hf_secret") << each.path;
    }
    EXPECT_EQ(weightRequests().size(), 1);
}

TEST_F(Fetching, NeverShowsTheTokenInAnError)
{
    settings.token = "hf_secret";
    server.requireToken("another");
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("HF_TOKEN"));
    EXPECT_THAT(error->what(), HasSubstr("Access is restricted"));
    EXPECT_THAT(error->what(), ::testing::Not(HasSubstr("hf_secret")));
}

TEST_F(Fetching, GoesOnWhereAnEarlierOneStopped)
{
    fs::create_directories(partial().parent_path());
    folder.write(fs::relative(partial(), folder.path()).string(), weights.substr(0, 100'000));
    static_cast<void>(fetch());
    ASSERT_EQ(weightRequests().size(), 1);
    EXPECT_EQ(weightRequests().front().range, "bytes=100000-");
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, AsksForNothingWhenAllBytesCameBeforeAKill)
{
    folder.write(fs::relative(partial(), folder.path()).string(), weights);
    static_cast<void>(fetch());
    EXPECT_TRUE(weightRequests().empty());
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, BeginsAnewWhenWhatLayThereWasWrong)
{
    folder.write(fs::relative(partial(), folder.path()).string(), std::string(100'000, 'x'));
    static_cast<void>(fetch());
    ASSERT_EQ(weightRequests().size(), 2);
    EXPECT_EQ(weightRequests().back().range, "");
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, StopsInTheMiddleOfABodyAndKeepsWhatCame)
{
    server.fail("model.safetensors", {}); // the redirect
    server.fail("model.safetensors", {.holdAfter = 65'536});
    std::stop_source stop;
    progress.each = [&](const ProgressReport& report) {
        if (report.done >= 65'536) {
            stop.request_stop();
        }
    };
    EXPECT_THROW(static_cast<void>(fetchModel(request, settings, stop.get_token(), progress)),
                 Stopped);
    EXPECT_GT(fs::file_size(partial()), 0);
    EXPECT_FALSE(fs::exists(weightsBlob()));
    EXPECT_FALSE(HubCache{settings.cache}.find(request.name)); // no half snapshot
    server.release();
    progress.each = nullptr;
    static_cast<void>(fetch());
    EXPECT_NE(weightRequests().back().range, "");
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, OfTwoAtOnceTheSecondWaitsAndUsesWhatTheFirstFetched)
{
    server.fail("model.safetensors", {});
    server.fail("model.safetensors", {.holdAfter = 1000});
    std::jthread first{[&] { static_cast<void>(fetchModel(request, settings, {}, progress)); }};
    server.waitUntilHeld();
    ReportList second;
    second.each = [&](const ProgressReport& report) {
        if (report.stage.starts_with("waiting")) {
            server.release();
        }
    };
    static_cast<void>(fetchModel(request, settings, {}, second));
    first.join();
    EXPECT_EQ(weightRequests().size(), 1);
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, TakesTheShardsThatTheIndexNames)
{
    server.add("tea/pot",
               {{"config.json", "{}"},
                {"model.safetensors.index.json",
                 R"({"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}})"},
                {"model-1.safetensors", "one"},
                {"model-2.safetensors", "two"},
                {"consolidated.safetensors", "other"}});
    request.name = {.owner = "tea", .name = "pot"};
    EXPECT_THAT(fetch().files, ElementsAre("config.json", "model.safetensors.index.json",
                                           "model-1.safetensors", "model-2.safetensors"));
    EXPECT_TRUE(HubCache{settings.cache}.find(request.name)->isWhole);
}

TEST_F(Fetching, OfAnotherRevisionIsEnteredUnderItsName)
{
    request.revision = "refs/pr/1";
    static_cast<void>(fetch());
    EXPECT_EQ(server.count("/revision/refs%2Fpr%2F1"), 1);
    const HubCache cache{settings.cache};
    EXPECT_FALSE(cache.find(request.name));
    EXPECT_TRUE(cache.find(request.name, "refs/pr/1"));
    EXPECT_TRUE(cache.find(request.name, std::string(40, 'a')));
}

TEST_F(Fetching, RefusesToBeginWhereTheDiskIsTooSmall)
{
    server.setListing("tea/kettle", R"({"sha": ")" + std::string(40, 'a') +
                                        R"(", "siblings": [{"rfilename": "m.gguf", "size": )"
                                        R"(1000000000000000, "lfs": {"sha256": ")" +
                                        std::string(64, 'b') + R"("}}]})");
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Storage);
    EXPECT_THAT(error->problem(), HasSubstr("1000.0 TB"));
    EXPECT_THAT(error->remedy(), HasSubstr("HF_HUB_CACHE"));
    EXPECT_EQ(server.count("resolve"), 0);
}

TEST_F(Fetching, DoesNotAskTheNetworkOffline)
{
    settings.offline = true;
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Unreachable);
    EXPECT_TRUE(server.requests().empty());
}

} // namespace
} // namespace nextquill::hub
