// SPDX-License-Identifier: GPL-3.0-or-later
//
// Exceptions as LibTorch makes them for its CUDA build (c10/cuda/CUDAException.cpp, at/cuda), made
// here by hand: this machine has no such device.
#include "core/base/Error.h"
#include "core/base/Progress.h"
#include "core/model/TorchErrors_torch.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <functional>
#include <new>
#include <stdexcept>
#include <string>

namespace nextquill::model {
namespace {

Error translation(const std::function<void()>& fault)
{
    try {
        translated("training", fault);
    } catch (const Error& error) {
        return error;
    }
    throw std::logic_error{"nothing was thrown"};
}

ErrorKind kindOf(const std::function<void()>& fault)
{
    return translation(fault).kind();
}

const c10::SourceLocation somewhere{"f", "file.cpp", 7};
constexpr const char* advice =
    "\nCUDA kernel errors might be asynchronously reported at some other API call, so the "
    "stacktrace below might be incorrect.";

TEST(TorchErrors, OfALostAcceleratorSayThatItNeedsANewProcess)
{
    const std::pair<int, std::string> sticky[] = {
        {700, "an illegal memory access was encountered"},
        {710, "device-side assert triggered"},
        {719, "unspecified launch failure"},
        {702, "the launch timed out and was terminated"},
        {214, "uncorrectable ECC error encountered"},
        {715, "an illegal instruction was encountered"},
        {716, "misaligned address"},
        {46, "CUDA-capable device(s) is/are busy or unavailable"},
        {999, "unknown error"}};
    for (const auto& [code, text] : sticky) {
        const std::string message = "CUDA error: " + text + advice;
        const Error typed = translation(
            [&, number = code] { throw c10::AcceleratorError{somewhere, number, message}; });
        EXPECT_EQ(typed.kind(), ErrorKind::DeviceLost) << text;
        EXPECT_EQ(typed.problem(), "the accelerator stopped: CUDA error: " + text);
        EXPECT_EQ(typed.where(), "training");
        // The same where only the text says so, as from other threads and libraries.
        EXPECT_EQ(kindOf([&] { throw c10::Error{somewhere, message}; }), ErrorKind::DeviceLost);
        EXPECT_EQ(kindOf([&] { throw std::runtime_error{message}; }), ErrorKind::DeviceLost);
    }
    for (const char* text :
         {"CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`",
          "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
          "CUDA driver error: an illegal memory access was encountered"}) {
        EXPECT_EQ(kindOf([&] { throw std::runtime_error{text}; }), ErrorKind::DeviceLost) << text;
    }
    // No text at all: an error of the accelerator all the same.
    EXPECT_EQ(kindOf([] { throw c10::AcceleratorError{somewhere, 719, ""}; }),
              ErrorKind::DeviceLost);
}

TEST(TorchErrors, OfWantOfMemoryAreTriedAgainWithLess)
{
    EXPECT_EQ(kindOf([] {
                  throw c10::OutOfMemoryError{somewhere,
                                              "CUDA out of memory. Tried to allocate 2.00 GiB."};
              }),
              ErrorKind::OutOfMemory);
    EXPECT_EQ(
        kindOf([] { throw c10::AcceleratorError{somewhere, 2, "CUDA error: out of memory"}; }),
        ErrorKind::OutOfMemory);
    EXPECT_EQ(kindOf([] {
                  throw std::runtime_error{
                      "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"};
              }),
              ErrorKind::OutOfMemory);
    EXPECT_EQ(kindOf([] {
                  throw std::runtime_error{"[enforce fail at alloc_cpu.cpp:117] "
                                           "DefaultCPUAllocator: can't allocate memory"};
              }),
              ErrorKind::OutOfMemory);
    EXPECT_EQ(kindOf([] { throw std::bad_alloc{}; }), ErrorKind::OutOfMemory);
}

TEST(TorchErrors, OfADeviceThatCannotDoItDoNotCallItLost)
{
    const std::pair<int, const char*> others[] = {
        {209, "CUDA error: no kernel image is available for execution on the device"},
        {35, "CUDA error: CUDA driver version is insufficient for CUDA runtime version"},
        {100, "CUDA error: no CUDA-capable device is detected"},
        {101, "CUDA error: invalid device ordinal"},
        {801, "CUDA error: operation not supported"}};
    for (const auto& [code, text] : others) {
        EXPECT_EQ(kindOf([&, number = code, message = text] {
                      throw c10::AcceleratorError{somewhere, number, message};
                  }),
                  ErrorKind::Unsupported)
            << text;
    }
    EXPECT_EQ(kindOf([] {
                  throw c10::AcceleratorError{somewhere, 9,
                                              "CUDA error: invalid configuration argument"};
              }),
              ErrorKind::Internal);
    EXPECT_EQ(kindOf([] { throw std::runtime_error{"shape mismatch"}; }), ErrorKind::Internal);
}

TEST(TorchErrors, LeaveOursAndAStopAsTheyAre)
{
    const Error ours{ErrorKind::Storage, "a", "CUDA error", "c"};
    EXPECT_EQ(kindOf([&] { throw Error{ours}; }), ErrorKind::Storage);
    EXPECT_THROW(translated("training", [] { throw Stopped{}; }), Stopped);
}

} // namespace
} // namespace nextquill::model
