// SPDX-License-Identifier: GPL-3.0-or-later
// A hub and a network that are not as they should be.
#include "tests/core/hub/Fetching.h"

namespace nextquill::hub {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

/// The first request for the weights is the hub's redirect, which goes well.
void failWeights(HubServer& server, const ServerFault& fault, int times = 1)
{
    for (int i = 0; i < times; ++i) {
        server.fail("model.safetensors", {});
        server.fail("model.safetensors", fault);
    }
}

TEST_F(Fetching, GoesOnAfterADroppedConnection)
{
    failWeights(server, {.dropAfter = 70'000}, 3);
    static_cast<void>(fetch());
    ASSERT_EQ(weightRequests().size(), 4);
    EXPECT_EQ(weightRequests()[1].range, "bytes=70000-");
    EXPECT_EQ(weightRequests()[3].range, "bytes=210000-");
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, GivesUpWhenNothingNewComesAndKeepsWhatDid)
{
    failWeights(server, {.dropAfter = 1000});
    failWeights(server, {.dropAfter = 0}, 20);
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::Unreachable);
    EXPECT_THAT(error->what(), HasSubstr("goes on where it stopped"));
    EXPECT_EQ(weightRequests().size(), static_cast<std::size_t>(1 + settings.patience.tries - 1));
    EXPECT_EQ(fs::file_size(partial()), 1000);
}

TEST_F(Fetching, TakesTheWholeFileFromAServerWithoutRanges)
{
    failWeights(server, {.dropAfter = 70'000});
    failWeights(server, {.ignoresRange = true});
    static_cast<void>(fetch());
    EXPECT_EQ(weightRequests().size(), 2);
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, EndsWithAServerThatBeginsAnewEachTime)
{
    for (const std::size_t drop : {300, 400, 350, 380, 310, 390, 320, 370, 330, 360, 300, 400}) {
        failWeights(server, {.dropAfter = drop, .ignoresRange = true});
    }
    ASSERT_TRUE(failure());
    EXPECT_LE(weightRequests().size(), static_cast<std::size_t>(settings.patience.tries + 2));
}

TEST_F(Fetching, RefusesAnotherPartThanWasAskedFor)
{
    failWeights(server, {.dropAfter = 70'000});
    failWeights(server, {.wrongRange = true});
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_THAT(error->problem(), HasSubstr("another part"));
    EXPECT_FALSE(fs::exists(weightsBlob()));
}

TEST_F(Fetching, KeepsNothingUnderTheFinalNameWhenTheChecksumIsWrong)
{
    failWeights(server, {.flipsLastByte = true});
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_EQ(error->kind(), ErrorKind::BadInput);
    EXPECT_THAT(error->problem(), HasSubstr("checksum"));
    EXPECT_THAT(error->where(), HasSubstr("model.safetensors"));
    EXPECT_FALSE(fs::exists(weightsBlob()));
    EXPECT_FALSE(fs::exists(partial()));
    EXPECT_FALSE(HubCache{settings.cache}.find(request.name));
    static_cast<void>(fetch()); // and the next one does it
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, ComparesSmallFilesWithGitsChecksum)
{
    server.fail("resolve/" + std::string(40, 'a') + "/config.json", {.body = "[]"});
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("config.json"));
    EXPECT_FALSE(fs::exists(
        HubCache{settings.cache}.blob(request.name, HubServer::checksumOf("{}", false))));
}

TEST_F(Fetching, DoesNotBelieveALengthThatIsTooSmall)
{
    failWeights(server, {.saysLength = 50'000});
    static_cast<void>(fetch());
    EXPECT_EQ(weightRequests()[1].range, "bytes=50000-");
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, IsDoneWhenAllCameOfALengthThatIsTooLarge)
{
    failWeights(server, {.saysLength = 900'000});
    static_cast<void>(fetch());
    EXPECT_EQ(weightRequests().size(), 1);
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, EndsABodyThatIsLongerThanTheHubsList)
{
    failWeights(server, {.body = weights + "more"});
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_THAT(error->problem(), HasSubstr("more comes than the 300000 bytes"));
    EXPECT_FALSE(fs::exists(weightsBlob()));
}

TEST_F(Fetching, GivesUpAConnectionOverWhichNothingComes)
{
    settings.patience.stall = std::chrono::seconds{1};
    failWeights(server, {.holdAfter = 1000});
    static_cast<void>(fetch());
    ASSERT_EQ(weightRequests().size(), 2);
    EXPECT_EQ(weightRequests()[1].range, "bytes=1000-");
    EXPECT_EQ(readFile(weightsBlob()), weights);
}

TEST_F(Fetching, WaitsAsLongAsABusyHubAsks)
{
    server.fail("/api/", {.status = 429, .headers = "Retry-After: 1\r\n"});
    static_cast<void>(fetch());
    EXPECT_EQ(server.count("/api/"), 2);
    EXPECT_THAT(progress.reports,
                ::testing::Contains(::testing::Field(
                    &ProgressReport::stage, HasSubstr("asking again in 1 s (status 429)"))));
}

TEST_F(Fetching, DoesNotWaitForHours)
{
    for (const char* asked : {"7200", "99999999999999999"}) {
        server.fail("/api/",
                    {.status = 429, .headers = "Retry-After: " + std::string{asked} + "\r\n"});
        const auto error = failure();
        ASSERT_TRUE(error);
        EXPECT_EQ(error->kind(), ErrorKind::Unreachable);
        EXPECT_THAT(error->remedy(), HasSubstr("run it again in"));
    }
    EXPECT_EQ(server.count("/api/"), 2);
}

TEST_F(Fetching, AsksAServerInTroubleAgain)
{
    server.fail("/api/", {.status = 503}, 3);
    server.fail("/api/", {.dropAfter = 0, .saysLength = 10}, 1);
    static_cast<void>(fetch());
    EXPECT_EQ(server.count("/api/"), 5);
}

TEST_F(Fetching, SaysWhatToDoWithARefusal)
{
    const auto told = [&](int status, const std::string& headers) {
        server.fail("/api/", {.status = status, .headers = headers});
        const auto error = failure();
        return error ? std::string{error->what()} : std::string{"none"};
    };
    EXPECT_THAT(told(404, ""), HasSubstr("no such model"));
    EXPECT_THAT(told(401, ""), HasSubstr("private"));
    EXPECT_THAT(told(403, ""), HasSubstr("ask for access on the model's page"));
    EXPECT_THAT(told(401, "X-Error-Code: GatedRepo\r\n"), HasSubstr("ask for access"));
    EXPECT_THAT(told(418, "X-Error-Message: tea\x1b[2J only\r\n"), HasSubstr("tea\\u{1b}[2J only"));
    EXPECT_EQ(server.count("/api/"), 5); // none of them asked twice
}

TEST_F(Fetching, TellsAPageFromAList)
{
    server.fail("/api/", {.body = "<html>Sign in to the café's network</html>"});
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_THAT(error->what(), HasSubstr("sign-in page"));
}

TEST_F(Fetching, EndsAnAnswerWithoutEnd)
{
    server.fail("/api/", {.body = "{\"" + std::string(std::size_t{33} << 20, 'x')});
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_THAT(error->problem(), HasSubstr("more than 33554432 bytes"));
}

TEST_F(Fetching, FollowsNoRedirectToOtherSchemesOrInCircles)
{
    for (const std::string& place :
         {std::string{"file:///etc/passwd"}, std::string{"ftp://127.0.0.1/x"},
          std::string{"http://192.0.2.1/x"}, std::string{"http://user:word@127.0.0.1/x"}}) {
        server.fail("/api/", {.redirect = place});
        const auto error = failure();
        ASSERT_TRUE(error) << place;
        EXPECT_THAT(error->problem(), HasSubstr("an address that is not asked")) << place;
    }
    const std::size_t before = server.count("/api/");
    server.fail("/api/", {.redirect = "/api/again"}, 50);
    ASSERT_TRUE(failure());
    EXPECT_EQ(server.count("/api/"), before + 11);
}

TEST_F(Fetching, WritesNoFileOutsideItsFolderWhateverTheListNames)
{
    const std::string sum = HubServer::checksumOf("evil", false);
    const auto listing = [&](const std::string& index) {
        return R"({"sha": ")" + std::string(40, 'a') + R"(", "siblings": [)" +
               R"({"rfilename": "../../evil.json", "size": 4, "blobId": ")" + sum + R"("},)" +
               R"({"rfilename": "/tmp/evil.json", "size": 4, "blobId": ")" + sum + R"("},)" +
               R"({"rfilename": "config.json", "size": 2, "blobId": ")" +
               HubServer::checksumOf("{}", false) + R"("},)" +
               R"({"rfilename": "model.safetensors.index.json", "size": )" +
               std::to_string(index.size()) + R"(, "blobId": ")" +
               HubServer::checksumOf(index, false) + R"("}]})";
    };
    const std::string index = R"({"weight_map": {"a": "../../../evil.safetensors"}})";
    server.add("tea/kettle", {{"config.json", "{}"}, {"model.safetensors.index.json", index}});
    server.setListing("tea/kettle", listing(index));
    const auto error = failure();
    ASSERT_TRUE(error);
    EXPECT_THAT(error->problem(), HasSubstr("evil.safetensors"));
    EXPECT_EQ(server.count("evil"), 0);
}

TEST_F(Fetching, RefusesSizesAndChecksumsThatCannotBeTrue)
{
    for (
        const char* entry :
        {R"({"rfilename": "m.gguf", "lfs": {"sha256": "../../x"}, "size": 3})",
         R"({"rfilename": "m.gguf", "blobId": "0000000000000000000000000000000000000000"})",
         R"({"rfilename": "m.gguf", "size": -3, "blobId": "0000000000000000000000000000000000000000"})"}) {
        server.setListing("tea/kettle", R"({"sha": ")" + std::string(40, 'a') +
                                            R"(", "siblings": [)" + entry + "]}");
        const auto error = failure();
        ASSERT_TRUE(error) << entry;
        EXPECT_THAT(error->problem(), HasSubstr("no size or checksum")) << entry;
    }
}

} // namespace
} // namespace nextquill::hub
