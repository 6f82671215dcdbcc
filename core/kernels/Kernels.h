// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace nextquill::kernels {

/// Instructions that a variant of the kernels is compiled for.
enum class InstructionSet {
    Portable,       ///< what every processor of the platform has
    Avx2,           ///< AVX2 and FMA
    Avx512,         ///< AVX-512 F, BW, DQ, VL
    Avx512BFloat16, ///< and its conversions to bfloat16
};

[[nodiscard]] std::string_view name(InstructionSet set);
/// Those that this processor can run, weakest first.
[[nodiscard]] std::vector<InstructionSet> availableInstructionSets();

/// bfloat16 as it lies in memory: the upper half of a float32.
struct BFloat16
{
    std::uint16_t bits;
};

/// What sums and statistics of elements T are kept in.
template<class T>
struct WideOf
{
    using Type = float;
};
template<>
struct WideOf<double>
{
    using Type = double;
};
template<class T>
using Wide = typename WideOf<T>::Type;

/// How the heads of attention lie in memory, N rows (tokens), H query heads that share K key-value
/// heads, each of `size` numbers (even).
///
/// Rows of queries come in blocks of consecutive rows; a block of n rows that begins at row b lies
/// as [H, n, size] at b·H·size. So the H/K heads that share keys are rows of one product.
struct HeadLayout
{
    std::int64_t rows = 0;
    std::int64_t heads = 0;
    std::int64_t keyHeads = 0;
    std::int64_t size = 0;
    const std::int32_t* blockBegin = nullptr; ///< [N] first row of each row's block
    const std::int32_t* blockRows = nullptr;  ///< [N] rows of each row's block
};

/// A block's scores: rows (h, i), h < heads, i < queries, each of `keys` numbers; query i sees the
/// first keys - queries + i + 1 of them.
struct ScoreBlock
{
    std::int64_t queries = 0;
    std::int64_t keys = 0;
    double scale = 1; ///< of scores before the softmax
};

/// A token's figures under one softmax.
template<class A>
struct RowSoftmax
{
    A logSum = 0;   ///< log Σ exp(z)
    A ofTarget = 0; ///< z of the target
};

/// What the first sweep over a row of logits finds: under z_h, z_0 = z_h - d, and d.
template<class A>
struct TwinRow
{
    RowSoftmax<A> h;
    RowSoftmax<A> plain;
    RowSoftmax<A> difference;
};

struct AdamStep
{
    double learningRate = 0;
    double weightDecay = 0; ///< 0 for parameters that do not decay
    double beta1 = 0;
    double beta2 = 0;
    double epsilon = 0;
    double bias1 = 1; ///< 1 - beta1^t
    double bias2 = 1; ///< 1 - beta2^t
};

/// Loops over rows of memory, of one element type and one instruction set.
///
/// Every function works on the rows [begin, end) of arrays that are given whole, writes nothing
/// outside them, and is called for disjoint ranges from several threads at once. T is float,
/// BFloat16 or double; A = Wide<T>. Sums are kept in A and rounded to T once.
template<class T>
struct Kernels
{
    using A = Wide<T>;
    using Index = std::int64_t;

    /// r = 1/sqrt(mean(x²) + ε), y = round(x r) · weight; x, y [N, D], r [N].
    void (*rmsNorm)(const T* x, const T* weight, double epsilon, Index D, T* y, A* r, Index begin,
                    Index end);
    /// dx = residual + r (g - n mean(g n)), n = x r, g = weight dy; weightSum [D] += Σ dy n.
    /// `residual` and `weightSum` may be null; `weightSum` is the calling thread's own.
    void (*rmsNormBackward)(const T* dy, const T* x, const T* weight, const A* r, const T* residual,
                            Index D, T* dx, A* weightSum, Index begin, Index end);

    /// x [N, (H + 2K) size] → queries in blocks and keys [K, N, size], both turned by their
    /// positions, and values [K, N, size]. cos, sin [N, size/2].
    void (*splitHeads)(const HeadLayout& layout, const T* x, const A* cos, const A* sin, T* q, T* k,
                       T* v, Index begin, Index end);
    /// The way back for gradients; dk and dv are sums in A.
    void (*mergeHeads)(const HeadLayout& layout, const T* dq, const A* dk, const A* dv,
                       const A* cos, const A* sin, T* dx, Index begin, Index end);
    /// Blocks of [H, n, size] → rows [N, H size].
    void (*blocksToRows)(const HeadLayout& layout, const T* blocks, T* rows, Index begin,
                         Index end);
    /// dO [N, H size] → blocks, and delta = Σ dO·O per row and head, in the order of the blocks.
    void (*rowsToBlocks)(const HeadLayout& layout, const T* dO, const T* O, T* blocks, A* delta,
                         Index begin, Index end);

    /// Scores → probabilities, in place; logSums per row. Rows are numbered h·queries + i.
    void (*causalSoftmax)(const ScoreBlock& block, T* scores, A* logSums, Index begin, Index end);
    /// Scores → probabilities P, their gradients dP → P (dP - delta) scale, both in place.
    void (*causalSoftmaxBackward)(const ScoreBlock& block, T* scores, T* dP, const A* logSums,
                                  const A* delta, Index begin, Index end);

    /// x [N, 2F], gate and up side by side → silu(gate) up [N, F].
    void (*gatedSilu)(const T* x, Index F, T* y, Index begin, Index end);
    /// x becomes its own gradient; `y`, where not null, the activation again.
    void (*gatedSiluBackward)(const T* dy, Index F, T* x, T* y, Index begin, Index end);

    /// y = x / (1 - share) where a function of (key, element) keeps it, else 0. Elements
    /// [begin, end); the same for any division into ranges.
    void (*dropout)(const T* x, std::uint64_t key, double share, T* y, Index begin, Index end);

    /// sum += x, elements [begin, end).
    void (*addTo)(const T* x, A* sum, Index begin, Index end);

    /// Softmaxes of rows of logits; z_h, d [c, V] (`d` null: one world alone), targets [c].
    void (*measureLogits)(const A* z, const A* d, const std::int64_t* targets, Index V,
                          TwinRow<A>* rows, Index begin, Index end);
    /// mainScale (softmax(z) - onehot) and causalScale (softmax(d) - onehot), rounded to T; may be
    /// written in the logits' own place where T is A. `d` may be null.
    void (*logitGradients)(const A* z, const A* d, const std::int64_t* targets, Index V,
                           const TwinRow<A>* rows, const A* mainScale, const A* causalScale,
                           T* main, T* causal, Index begin, Index end);
};

/// The kernels of an instruction set, which must be available; by default the strongest one.
template<class T>
[[nodiscard]] const Kernels<T>& kernels(InstructionSet set);
template<class T>
[[nodiscard]] const Kernels<T>& kernels();

/// Kernels of the optimizer, on float32 (and double) arrays. Elements [begin, end).
template<class A>
struct OptimizerKernels
{
    using Index = std::int64_t;

    /// One AdamW update, as torch.optim.AdamW's: decay, moments, weight.
    void (*adamw)(const AdamStep& step, const A* gradient, A* first, A* second, A* weight,
                  Index begin, Index end);
    /// The same; `rounded` takes the new weight rounded to bfloat16.
    void (*adamwRounded)(const AdamStep& step, const A* gradient, A* first, A* second, A* weight,
                         BFloat16* rounded, Index begin, Index end);
    /// Σ x², in double; infinite or no number where an element is.
    double (*squaredNorm)(const A* x, Index begin, Index end);
};
template<class A>
[[nodiscard]] const OptimizerKernels<A>& optimizerKernels(InstructionSet set);
template<class A>
[[nodiscard]] const OptimizerKernels<A>& optimizerKernels();

/// Both moments of a parameter of n elements in 8 bits: bytes of the codes of DynamicCode.h [n],
/// and a scale for each block of codeBlock elements, the last one shorter.
struct EightBitMoments
{
    std::uint8_t* first = nullptr;
    float* firstScales = nullptr;
    std::uint8_t* second = nullptr;
    float* secondScales = nullptr;
};

/// AdamW on moments of 8 bits, arithmetic in float32. Blocks [begin, end) of a parameter of n
/// elements; the weight is updated from moments that are not rounded yet. A scale is infinite or no
/// number where a moment of its block would be.
struct EightBitKernels
{
    using Index = std::int64_t;

    void (*adamw)(const AdamStep& step, const float* gradient, const EightBitMoments& moments,
                  float* weight, Index n, Index begin, Index end);
    /// The same; `rounded` takes the new weight rounded to bfloat16.
    void (*adamwRounded)(const AdamStep& step, const float* gradient,
                         const EightBitMoments& moments, float* weight, BFloat16* rounded, Index n,
                         Index begin, Index end);
};
[[nodiscard]] const EightBitKernels& eightBitKernels(InstructionSet set);
[[nodiscard]] const EightBitKernels& eightBitKernels();

/// Loops of nothing but multiply-adds in registers: what a core can do at the most.
struct PeakKernels
{
    /// Operations of one round (a multiply-add counts two).
    std::int64_t operationsPerRound = 0;
    std::int64_t bfloat16OperationsPerRound = 0; ///< 0: no such instructions
    /// Results so that no compiler leaves the loop out.
    float (*multiplyAdds)(std::int64_t rounds) = nullptr;
    float (*bfloat16MultiplyAdds)(std::int64_t rounds) = nullptr;
};
[[nodiscard]] const PeakKernels& peakKernels();

} // namespace nextquill::kernels
