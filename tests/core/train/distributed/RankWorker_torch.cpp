// SPDX-License-Identifier: GPL-3.0-or-later
//
// One rank of RankProcessTest's runs, in a process that can be killed: MODEL RUN.
#include "core/train/distributed/JoinGroup.h"

#include "tests/core/train/TinyRuns_torch.h"

#include <cstdio>
#include <exception>
#include <string>

namespace {

using namespace nextquill::train;

void goOn(const std::string& model, const std::string& run, ProcessGroup& group)
{
    const auto directory =
        group.leads() ? RunDirectory::open(run) : RunDirectory::openSilently(run);
    const auto decoder = testing::trainable(model, directory->settings());
    const testing::MemoryExamples examples{testing::someExamples(18, 6)};
    nextquill::NoProgress quiet;
    RunControl control;
    Trainer trainer{*decoder, examples, nullptr, nullptr, *directory, group};
    static_cast<void>(trainer.run({}, quiet, control));
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 3) {
        return 2;
    }
    Launch launch;
    try {
        launch = launchFromEnvironment();
        endWithLauncher(launch);
        const auto group = joinGroup(launch, "a test's rank");
        try {
            goOn(argv[1], argv[2], *group);
        } catch (const std::exception& error) {
            group->failed(error.what());
            throw;
        }
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        writeErrorFile(launch, error.what());
        return 1;
    }
}
