// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/WeightReading_torch.h"

#include "core/model/FileErrors.h"
#include "core/model/Parallel_torch.h"
#include "core/model/TensorBytes_torch.h"

#include <algorithm>

namespace nextquill::model {

namespace {

constexpr std::int64_t pieceBytes = std::int64_t{1} << 20; // read, converted and let go together

void readInto(const ModelFiles& files, const std::string& name, std::int64_t rows,
              const torch::Tensor& host)
{
    if (host.numel() == 0) {
        return;
    }
    const DType type = dtypeOf(host.scalar_type());
    auto* const out = static_cast<std::byte*>(host.mutable_data_ptr());
    const std::int64_t rowBytes = static_cast<std::int64_t>(host.nbytes()) / rows;
    const std::int64_t piece = std::max<std::int64_t>(1, pieceBytes / rowBytes);
    inParallel(rows, piece, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; row += piece) {
            files.readRows(name, {.first = row, .count = std::min(piece, end - row)}, type,
                           out + row * rowBytes);
        }
    });
}

} // namespace

void readWeight(const ModelFiles& files, const std::string& name, const torch::Tensor& target)
{
    const torch::NoGradGuard noGrad;
    const auto view = files.find(name);
    if (!view) {
        throw damaged("there is no tensor " + inQuotes(name), files.path().string());
    }
    if (target.is_cpu() && target.is_contiguous()) {
        readInto(files, name, view->rows(), target);
        return;
    }
    const torch::Tensor host = torch::empty(target.sizes(), target.scalar_type());
    readInto(files, name, view->rows(), host);
    torch::Tensor{target}.copy_(host);
}

} // namespace nextquill::model
