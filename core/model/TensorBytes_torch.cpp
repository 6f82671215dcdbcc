// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/TensorBytes_torch.h"

#include "core/base/Error.h"

#include <cstdint>
#include <cstring>

namespace nextquill::model {

namespace {

[[noreturn]] void refuseTensor(const std::string& problem)
{
    throw Error{ErrorKind::Internal, problem, "core/model/TensorBytes", "report this"};
}

} // namespace

std::optional<torch::ScalarType> scalarType(DType type)
{
    switch (type) {
    case DType::F64:
        return torch::kDouble;
    case DType::F32:
        return torch::kFloat;
    case DType::F16:
        return torch::kHalf;
    case DType::BF16:
        return torch::kBFloat16;
    case DType::I64:
        return torch::kLong;
    case DType::I32:
        return torch::kInt;
    case DType::U8:
        return torch::kByte;
    default:
        return std::nullopt;
    }
}

DType dtypeOf(torch::ScalarType type)
{
    switch (type) {
    case torch::kDouble:
        return DType::F64;
    case torch::kFloat:
        return DType::F32;
    case torch::kBFloat16:
        return DType::BF16;
    case torch::kLong:
        return DType::I64;
    case torch::kByte:
        return DType::U8;
    default:
        refuseTensor("a tensor of a type that is never written");
    }
}

torch::Tensor borrowed(const TensorView& view)
{
    const std::optional<torch::ScalarType> type = scalarType(view.dtype);
    if (!type) {
        refuseTensor("a quantised tensor was to be read as it is");
    }
    const std::size_t size = c10::elementSize(*type);
    if (static_cast<std::size_t>(view.elements()) * size != view.bytes) {
        refuseTensor("a tensor's bytes do not match its shape");
    }
    if (reinterpret_cast<std::uintptr_t>(view.data) % size != 0) {
        torch::Tensor copy = torch::empty(view.shape, *type);
        std::memcpy(copy.data_ptr(), view.data, view.bytes);
        return copy;
    }
    // from_blob has no form for constant memory; borrowed() says that it is only read.
    void* data = const_cast<std::byte*>(view.data);
    return torch::from_blob(data, view.shape, *type);
}

NamedBlock namedBlock(const std::string& name, const torch::Tensor& tensor)
{
    return {.name = name,
            .dtype = dtypeOf(tensor.scalar_type()),
            .shape = tensor.sizes().vec(),
            .data = static_cast<const std::byte*>(tensor.const_data_ptr()),
            .bytes = tensor.nbytes()};
}

} // namespace nextquill::model
