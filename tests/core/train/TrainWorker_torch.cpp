// SPDX-License-Identifier: GPL-3.0-or-later
//
// Goes on with the run of TrainerKillTest, in a process that can be killed: MODEL RUN.
#include "tests/core/train/TinyRuns_torch.h"

#include <cstdio>
#include <exception>

int main(int argc, char** argv)
{
    using namespace nextquill::train;
    if (argc != 3) {
        return 2;
    }
    try {
        const testing::MemoryExamples examples{testing::someExamples(10, 6)};
        static_cast<void>(testing::resume(argv[1], argv[2], examples));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
