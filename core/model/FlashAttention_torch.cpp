// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/FlashAttention_torch.h"

#include "core/model/PlainAttention_torch.h"
#include "core/model/Transfer_torch.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <numeric>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace nextquill::model {

namespace {

using torch::Tensor;

constexpr std::int64_t widestHead = 256;
constexpr std::int64_t headUnit = 8;

const FlashCalls* replaced = nullptr;

FlashOutput libraryForward(const FlashInput& in)
{
    auto [rows, logSums, randomState, unused, mask] = at::_flash_attention_forward(
        in.queries, in.keys, in.values, in.queryEnds, in.keyEnds, in.mostQueries, in.mostKeys,
        /*dropout_p=*/0.0, /*is_causal=*/true, /*return_debug_mask=*/false, in.scale);
    return {.rows = rows, .logSums = logSums, .randomState = randomState, .unused = unused};
}

FlashGradients libraryBackward(const Tensor& dRows, const FlashInput& in, const FlashOutput& out)
{
    auto [queries, keys, values] = at::_flash_attention_backward(
        dRows, in.queries, in.keys, in.values, out.rows, out.logSums, in.queryEnds, in.keyEnds,
        in.mostQueries, in.mostKeys, /*dropout_p=*/0.0, /*is_causal=*/true, out.randomState,
        out.unused, in.scale);
    return {.queries = queries, .keys = keys, .values = values};
}

/// Two roots, one of them with a branch and its branch: every kind of sequence.
AttentionPlan smallPlan()
{
    SegmentedBatch batch;
    const std::vector<text::TokenId> tokens(200);
    const auto some = [&](std::size_t count) { return std::span{tokens}.first(count); };
    const int root = batch.add(-1, some(70));
    const int branch = batch.add(root, some(9));
    static_cast<void>(batch.add(-1, some(3)));
    static_cast<void>(batch.add(root, some(130)));
    static_cast<void>(batch.add(branch, some(1)));
    return planAttention(batch);
}

/// Numbers between -1 and 1 that look random and are the same each time.
Tensor someNumbers(std::int64_t rows, std::int64_t columns, const torch::TensorOptions& options,
                   double step)
{
    return torch::arange(rows * columns, options.dtype(torch::kFloat))
        .mul_(step)
        .sin_()
        .view({rows, columns})
        .to(options.dtype());
}

struct PassResult
{
    Tensor rows;
    Tensor gradient;
};

PassResult plainPass(const Tensor& x, const Tensor& dRows, const HeadShape& shape,
                     const AttentionPlan& plan, const RotaryTable& rotary)
{
    const QueryBlocks blocks = cutIntoBlocks(plan, queryBlockRows(x, shape, longestSight(plan)));
    const Heads heads = splitHeads(x, shape, blocks, rotary);
    const Attended attended = segmentAttention(heads, shape, plan, blocks);
    return {.rows = attended.rows,
            .gradient =
                mergeHeads(segmentAttentionBackward(dRows, heads, attended, shape, plan, blocks),
                           shape, blocks, rotary, x.scalar_type())};
}

/// Largest difference, as a share of the largest number.
double differenceOf(const Tensor& a, const Tensor& b)
{
    const Tensor wide = b.to(torch::kFloat);
    return downloaded((a.to(torch::kFloat) - wide).abs().max() / wide.abs().max()).front();
}

/// LibTorch says what it lacks (another build, another GPU) by an exception.
bool works(const FlashCalls& calls, torch::Device device, torch::ScalarType type,
           const HeadShape& shape)
{
    std::string why = "its numbers differ";
    try {
        if (agreesWithPlain(calls, device, type, shape)) {
            return true;
        }
    } catch (const c10::Error& error) {
        why = error.what_without_backtrace();
    }
    TORCH_WARN("LibTorch's flash attention is not used on ", device, ": ", why);
    return false;
}

} // namespace

bool agreesWithPlain(const FlashCalls& calls, torch::Device device, torch::ScalarType type,
                     const HeadShape& shape)
{
    constexpr double tolerance = 0.03; // several roundings to bfloat16
    const torch::NoGradGuard noGrad;
    const AttentionPlan plan = smallPlan();
    std::vector<std::int64_t> positions;
    for (const AttentionRun& run : plan.runs) {
        for (std::int64_t i = 0; i < run.own.length; ++i) {
            positions.push_back(run.past + i);
        }
    }
    const auto options = torch::TensorOptions{}.device(device).dtype(type);
    const auto N = std::ssize(positions);
    const RotaryTable rotary = rotaryTable(positions, shape.size, 10000, options);
    const std::int64_t width = (shape.heads + 2 * shape.keyHeads) * shape.size;
    const Tensor x = someNumbers(N, width, options, 12.9898);
    const Tensor dRows = someNumbers(N, shape.heads * shape.size, options, 78.233);

    const FlashPlan flash = planFlash(plan, &calls, device);
    const FlashAttended attended = flashAttention(x, shape, flash, rotary);
    const Tensor gradient = flashAttentionBackward(dRows, attended, shape, flash, rotary);
    const PassResult plain = plainPass(x, dRows, shape, plan, rotary);
    // Comparisons that are false for what is no number.
    return differenceOf(attended.output.rows.flatten(1), plain.rows) < tolerance &&
           differenceOf(gradient, plain.gradient) < tolerance;
}

const FlashCalls* flashCalls(torch::Device device, torch::ScalarType type, const HeadShape& shape)
{
    static const FlashCalls library{.forward = libraryForward, .backward = libraryBackward};
    if (replaced != nullptr) {
        return replaced;
    }
    const bool isNarrow = type == torch::kBFloat16 || type == torch::kHalf;
    if (!device.is_cuda() || !isNarrow || shape.size % headUnit != 0 || shape.size > widestHead) {
        return nullptr;
    }
    using Key = std::tuple<int, torch::ScalarType, std::int64_t, std::int64_t, std::int64_t>;
    static std::mutex mutex;
    static std::map<Key, bool> known;
    const std::scoped_lock lock{mutex};
    const auto [found, isNew] = known.try_emplace(
        Key{device.index(), type, shape.heads, shape.keyHeads, shape.size}, false);
    if (isNew) {
        found->second = works(library, device, type, shape);
    }
    return found->second ? &library : nullptr;
}

WithFlashCalls::WithFlashCalls(FlashCalls calls)
    : m_calls{std::move(calls)}
{
    replaced = &m_calls;
}

WithFlashCalls::~WithFlashCalls()
{
    replaced = nullptr;
}

FlashPlan planFlash(const AttentionPlan& plan, const FlashCalls* calls, torch::Device device)
{
    if (calls == nullptr || plan.runs.empty()) {
        return {};
    }
    FlashPlan result{.calls = calls};
    std::vector<std::int32_t> queryEnds{0};
    std::vector<std::int32_t> keyEnds{0};
    std::vector<std::int64_t> seen;
    const auto see = [&seen](const RowRange& range) {
        const std::size_t first = seen.size();
        seen.resize(first + static_cast<std::size_t>(range.length));
        std::iota(seen.begin() + static_cast<std::ptrdiff_t>(first), seen.end(), range.begin);
    };
    for (const AttentionRun& run : plan.runs) {
        std::ranges::for_each(run.ancestors, see);
        see(run.own);
        queryEnds.push_back(static_cast<std::int32_t>(run.own.begin + run.own.length));
        keyEnds.push_back(static_cast<std::int32_t>(seen.size()));
        result.mostQueries = std::max(result.mostQueries, run.own.length);
    }
    result.mostKeys = longestSight(plan);
    result.queryEnds = uploaded(queryEnds, device);
    result.keyEnds = uploaded(keyEnds, device);
    if (keyEnds.back() != queryEnds.back()) {
        result.seen = uploaded(seen, device);
    }
    return result;
}

FlashAttended flashAttention(const Tensor& x, const HeadShape& shape, const FlashPlan& plan,
                             const RotaryTable& rotary)
{
    const std::int64_t H = shape.heads;
    const std::int64_t K = shape.keyHeads;
    const Tensor all = x.view({x.size(0), H + 2 * K, shape.size});
    const auto seen = [&plan](const Tensor& rows) {
        return plan.seen.defined() ? rows.index_select(0, plan.seen) : rows.contiguous();
    };
    FlashAttended result{.input = {.queries = rotate(all.narrow(1, 0, H), rotary),
                                   .keys = seen(rotate(all.narrow(1, H, K), rotary)),
                                   .values = seen(all.narrow(1, H + K, K)),
                                   .queryEnds = plan.queryEnds,
                                   .keyEnds = plan.keyEnds,
                                   .mostQueries = plan.mostQueries,
                                   .mostKeys = plan.mostKeys,
                                   .scale = scaleOf(shape)},
                         .output = {}};
    result.output = plan.calls->forward(result.input);
    return result;
}

Tensor flashAttentionBackward(const Tensor& dRows, const FlashAttended& attended,
                              const HeadShape& shape, const FlashPlan& plan,
                              const RotaryTable& rotary)
{
    const std::int64_t N = dRows.size(0);
    const auto type = dRows.scalar_type();
    const FlashGradients gradients = plan.calls->backward(dRows.view({N, shape.heads, shape.size}),
                                                          attended.input, attended.output);
    const auto atRows = [&](const Tensor& gradient) {
        const Tensor wide = gradient.to(wideType(type));
        return plan.seen.defined() ? torch::zeros({N, shape.keyHeads, shape.size}, wide.options())
                                         .index_add_(0, plan.seen, wide)
                                   : wide;
    };
    const RotaryTable back{.cos = rotary.cos, .sin = rotary.sin.neg()};
    return torch::cat({rotate(gradients.queries, back),
                       rotate(atRows(gradients.keys), back).to(type),
                       atRows(gradients.values).to(type)},
                      1)
        .flatten(1);
}

} // namespace nextquill::model
