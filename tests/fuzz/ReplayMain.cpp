// SPDX-License-Identifier: GPL-3.0-or-later
//
// Stands in for libFuzzer where the compiler has none: runs each file of the folders that are named
// through the target once. A finding ends the program; its file is the last line.
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t maxSize);

/// libFuzzer's own way of changing bytes, which targets' mutators call; no mutator is run here.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* /*data*/, std::size_t size,
                                        std::size_t /*maxSize*/)
{
    return size;
}

int main(int count, char** values)
{
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < count; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator{values[i]}) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    for (const std::filesystem::path& path : files) {
        std::cout << path.string() << std::endl; // flushed: the next line may be the last
        std::ifstream file{path, std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{file}, {}};
        // A copy of just that size: a sanitizer sees the first byte that is read beyond.
        const std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
        LLVMFuzzerTestOneInput(exact.data(), exact.size());
    }
    std::cout << files.size() << " files read\n";
    return files.empty() ? 1 : 0;
}
