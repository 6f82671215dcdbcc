// SPDX-License-Identifier: GPL-3.0-or-later
// The hub's own Python package, where it is installed: it finds what we fetch, and we what it does.
#include "tests/core/hub/Fetching.h"

#include <cstdlib>

namespace nextquill::hub {
namespace {

class PythonHub : public Fetching
{
protected:
    void SetUp() override
    {
        for (const char* candidate : {NEXTQUILL_VENV_PYTHON, NEXTQUILL_PYTHON}) {
            const std::string test =
                std::string{candidate} + " -c 'import huggingface_hub' 2>/dev/null";
            if (python.empty() && *candidate != '\0' && std::system(test.c_str()) == 0) {
                python = candidate;
            }
        }
        if (python.empty()) {
            GTEST_SKIP() << "no Python with huggingface_hub";
        }
    }

    /// Runs a script with the cache and the server; what it prints, or what went wrong.
    std::string run(const std::string& script, const std::string& variables)
    {
        folder.write("script.py", script);
        const std::string command =
            "env HF_HUB_DISABLE_TELEMETRY=1 HF_HUB_DISABLE_PROGRESS_BARS=1 HF_HUB_DISABLE_XET=1 "
            "HF_HUB_CACHE='" +
            settings.cache.string() + "' HF_ENDPOINT=" + server.endpoint() + " " + variables + " " +
            python + " '" + (folder / "script.py").string() + "' > '" + (folder / "out").string() +
            "' 2>&1";
        const int status = std::system(command.c_str());
        return (status == 0 ? "" : "failed: ") + readFile(folder / "out");
    }

    std::string python;
};

TEST_F(PythonHub, FindsWhatWeFetched)
{
    const FetchedModel model = fetch();
    const std::string said = run("from huggingface_hub import snapshot_download, scan_cache_dir, "
                                 "hf_hub_download\n"
                                 "print(snapshot_download('tea/kettle'))\n"
                                 "print(hf_hub_download('tea/kettle', 'model.safetensors'))\n"
                                 "info = scan_cache_dir()\n"
                                 "print(len(info.repos), len(info.warnings))\n",
                                 "HF_HUB_OFFLINE=1");
    EXPECT_EQ(said,
              model.path.string() + "\n" + (model.path / "model.safetensors").string() + "\n1 0\n");
}

TEST_F(PythonHub, LeavesWhatWeFind)
{
    const std::string said =
        run("from huggingface_hub import hf_hub_download\n"
            "for name in ('config.json', 'tokenizer.json', 'README.md', 'model.safetensors'):\n"
            "    hf_hub_download('tea/kettle', name)\n",
            "");
    ASSERT_EQ(said, "");
    const auto found = HubCache{settings.cache}.find(request.name);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->isWhole);
    EXPECT_EQ(readFile(found->path / "model.safetensors"), weights);
    const std::size_t asked = server.requests().size();
    EXPECT_EQ(fetch().fetched, 0U); // nothing again
    EXPECT_EQ(server.requests().size(), asked + 1);
}

} // namespace
} // namespace nextquill::hub
