// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/TorchErrors_torch.h"

#include "core/base/Error.h"
#include "core/base/Progress.h"

#include <torch/torch.h>

#include <exception>
#include <filesystem>
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

[[noreturn]] void translateMessage(std::string_view message, const std::string& where)
{
    if (contains(message, "out of memory") || contains(message, "can't allocate memory") ||
        contains(message, "not enough memory")) {
        outOfMemory(where);
    }
    if (contains(message, "CUDA error") || contains(message, "CUBLAS_STATUS") ||
        contains(message, "CUDNN_STATUS") || contains(message, "device-side assert")) {
        throw Error{ErrorKind::DeviceLost, "the accelerator stopped: " + firstLine(message), where,
                    "start the program again; use --device cpu if it happens again"};
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
        translateMessage(std::string{"CUDA error: "} + error.what_without_backtrace(), where);
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
