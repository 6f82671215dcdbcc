// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/HubSettings.h"

#include "core/base/Error.h"

#include <cstdlib>
#include <gmock/gmock.h>

namespace nextquill::hub {
namespace {

/// The variables of the hub, unset; as they were afterwards.
class HubSettingsOf : public ::testing::Test
{
protected:
    HubSettingsOf()
    {
        for (const char* name : names) {
            const char* value = std::getenv(name);
            before.emplace_back(value == nullptr ? "" : value);
            ::unsetenv(name);
        }
        ::setenv("HOME", "/home/tea", 1);
    }
    ~HubSettingsOf() override
    {
        for (std::size_t i = 0; i < names.size(); ++i) {
            before[i].empty() ? ::unsetenv(names[i]) : ::setenv(names[i], before[i].c_str(), 1);
        }
    }

    static void set(const char* name, const char* value) { ::setenv(name, value, 1); }

    const std::vector<const char*> names{"HF_ENDPOINT",    "HF_TOKEN",
                                         "HF_HUB_CACHE",   "HUGGINGFACE_HUB_CACHE",
                                         "HF_HOME",        "XDG_CACHE_HOME",
                                         "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE",
                                         "SSL_CERT_FILE",  "HOME"};
    std::vector<std::string> before;
};

TEST_F(HubSettingsOf, TheCacheFollowTheHubsOwnVariables)
{
    EXPECT_EQ(hubCacheFolder(), "/home/tea/.cache/huggingface/hub");
    set("XDG_CACHE_HOME", "/caches");
    EXPECT_EQ(hubCacheFolder(), "/caches/huggingface/hub");
    set("HF_HOME", "~/hf");
    EXPECT_EQ(hubCacheFolder(), "/home/tea/hf/hub");
    set("HF_HUB_CACHE", "${HOME}/x/$HF_HOME$");
    EXPECT_EQ(hubCacheFolder(), "/home/tea/x/~/hf$");
}

TEST_F(HubSettingsOf, TheEndpointIsEncryptedOrThisMachine)
{
    EXPECT_TRUE(hubSettings().endpoint.starts_with("https://"));
    for (const char* good : {"https://hub.example/", "http://127.0.0.1:8000", "http://localhost:1",
                             "http://[::1]:80"}) {
        set("HF_ENDPOINT", good);
        EXPECT_FALSE(hubSettings().endpoint.ends_with('/')) << good;
    }
    for (const char* bad : {"http://hub.example", "ftp://127.0.0.1", "hub",
                            "https://a:b@hub.example", "http://127.0.0.1.example"}) {
        set("HF_ENDPOINT", bad);
        EXPECT_THROW(static_cast<void>(hubSettings()), Error) << bad;
    }
}

TEST_F(HubSettingsOf, ATokenThatWouldEndItsHeaderIsRefusedUnseen)
{
    set("HF_TOKEN", " hf_secret\n");
    EXPECT_EQ(hubSettings().token, "hf_secret");
    set("HF_TOKEN", "hf_secret\r\nX-Evil: 1");
    try {
        static_cast<void>(hubSettings());
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("secret")));
    }
}

TEST_F(HubSettingsOf, OfflineIsSaidAsTheHubsProgramsTakeIt)
{
    EXPECT_FALSE(hubSettings().offline);
    set("HF_HUB_OFFLINE", "yes");
    EXPECT_TRUE(hubSettings().offline);
    set("HF_HUB_OFFLINE", "0");
    EXPECT_FALSE(hubSettings().offline);
}

} // namespace
} // namespace nextquill::hub
