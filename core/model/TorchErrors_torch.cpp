// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/TorchErrors_torch.h"

#include "core/base/Error.h"
#include "core/base/Progress.h"

#include <torch/torch.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <new>
#include <string_view>
#include <system_error>

namespace nextquill::model {

namespace {

bool contains(std::string_view text, std::string_view word)
{
    return text.find(word) != std::string_view::npos;
}

/// LibTorch's messages go on with a stack trace; the first line says what happened.
std::string firstLine(std::string_view text)
{
    return std::string{text.substr(0, text.find('\n'))};
}

[[noreturn]] void outOfMemory(const std::string& where)
{
    throw Error{ErrorKind::OutOfMemory, "there is not enough memory", where,
                "close other programs, or lower the batch, the prompt budget or the model's size"};
}

bool containsAny(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::ranges::any_of(words,
                               [text](std::string_view word) { return contains(text, word); });
}

/// Errors of an accelerator that do not stay: this build or driver cannot use it, or one call was
/// wrong. All others count as lost, for what follows on them is not to be trusted.
[[noreturn]] void translateAccelerator(std::string_view message, const std::string& where)
{
    if (containsAny(message, {"out of memory", "STATUS_ALLOC_FAILED"})) {
        outOfMemory(where);
    }
    if (containsAny(message,
                    {"no kernel image", "driver version is insufficient", "no CUDA-capable device",
                     "invalid device ordinal", "invalid device function", "operation not supported",
                     "STATUS_NOT_SUPPORTED", "STATUS_ARCH_MISMATCH"})) {
        throw Error{ErrorKind::Unsupported, "the accelerator cannot do this: " + firstLine(message),
                    where, "update its driver, or use --device cpu"};
    }
    if (containsAny(message, {"invalid argument", "invalid configuration argument",
                              "too many resources requested"})) {
        throw Error{ErrorKind::Internal, firstLine(message), where, "report this"};
    }
    throw Error{ErrorKind::DeviceLost, "the accelerator stopped: " + firstLine(message), where,
                "start the program again; use --device cpu if it happens again"};
}

[[noreturn]] void translateMessage(std::string_view message, const std::string& where)
{
    if (containsAny(message, {"out of memory", "can't allocate memory", "not enough memory"})) {
        outOfMemory(where);
    }
    if (containsAny(message, {"CUDA error", "CUDA driver error", "CUBLAS_STATUS", "CUDNN_STATUS",
                              "cuDNN error", "device-side assert"})) {
        translateAccelerator(message, where);
    }
    throw Error{ErrorKind::Internal, firstLine(message), where, "report this"};
}

} // namespace

void translate(const std::string& where)
{
    try {
        throw;
    } catch (const Error&) {
        throw;
    } catch (const Stopped&) {
        throw;
    } catch (const c10::OutOfMemoryError&) {
        outOfMemory(where);
    } catch (const std::bad_alloc&) {
        outOfMemory(where);
    } catch (const c10::AcceleratorError& error) {
        translateAccelerator(error.what_without_backtrace(), where);
    } catch (const c10::Error& error) {
        translateMessage(error.what_without_backtrace(), where);
    } catch (const std::filesystem::filesystem_error& error) {
        throw Error{ErrorKind::Storage, error.code().message(), error.path1().string(),
                    "check the disk's space and the folder's permissions"};
    } catch (const std::system_error& error) { // of a thread that has no memory to begin with
        if (error.code() == std::errc::resource_unavailable_try_again) {
            outOfMemory(where);
        }
        translateMessage(error.what(), where);
    } catch (const std::exception& error) {
        translateMessage(error.what(), where);
    }
}

} // namespace nextquill::model
