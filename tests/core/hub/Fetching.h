// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/hub/HubCache.h"
#include "core/hub/ModelFetch.h"

#include "tests/support/HubServer.h"
#include "tests/support/TemporaryFolder.h"

#include <gmock/gmock.h>
#include <optional>
#include <string>
#include <vector>

namespace nextquill::hub {

using nextquill::testing::HubServer;
using nextquill::testing::ServerFault;
using nextquill::testing::ServerRequest;
using nextquill::testing::TemporaryFolder;

/// Keeps what was reported.
class ReportList final : public Progress
{
public:
    std::vector<ProgressReport> reports;
    std::function<void(const ProgressReport&)> each;

    void report(const ProgressReport& report) noexcept override
    {
        reports.push_back(report);
        if (each) {
            each(report);
        }
    }
};

/// A hub on this machine with a small model, and a cache.
class Fetching : public ::testing::Test
{
protected:
    Fetching()
    {
        for (std::size_t i = 0; i < weights.size(); ++i) {
            weights[i] = static_cast<char>(i * 31 + i / 257);
        }
        server.add("tea/kettle", {{"README.md", "---\nlicense: mit\n---\n"},
                                  {"config.json", "{}"},
                                  {"tokenizer.json", "{\"model\": {}}"},
                                  {"model.safetensors", weights},
                                  {"pytorch_model.bin", "code"},
                                  {"modeling_tea.py", "code"},
                                  {".gitattributes", "x"},
                                  {"onnx/model.safetensors", "other"}});
        settings = {.endpoint = server.endpoint(), .cache = folder / "hub"};
        settings.patience.firstPause = std::chrono::milliseconds{1};
    }

    FetchedModel fetch() { return fetchModel(request, settings, {}, progress); }

    std::optional<Error> failure()
    {
        try {
            static_cast<void>(fetch());
            return std::nullopt;
        } catch (const Error& error) {
            return error;
        }
    }

    [[nodiscard]] std::filesystem::path weightsBlob() const
    {
        return HubCache{settings.cache}.blob(request.name, HubServer::checksumOf(weights, true));
    }
    [[nodiscard]] std::filesystem::path partial() const
    {
        return weightsBlob().string() + ".nextquill.incomplete";
    }
    /// Requests for the weights themselves.
    [[nodiscard]] std::vector<ServerRequest> weightRequests() const
    {
        std::vector<ServerRequest> found;
        for (const ServerRequest& each : server.requests()) {
            if (each.isStorage && each.path.ends_with("model.safetensors")) {
                found.push_back(each);
            }
        }
        return found;
    }

    std::string weights = std::string(300'000, '\0');
    TemporaryFolder folder;
    HubServer server;
    HubSettings settings;
    FetchRequest request{.name = {.owner = "tea", .name = "kettle"}};
    ReportList progress;
};

} // namespace nextquill::hub
