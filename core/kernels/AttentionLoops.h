// SPDX-License-Identifier: GPL-3.0-or-later
//
// Heads and attention's softmax. A part of KernelLoops.h, which includes it once for each
// instruction set.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

/// The two halves of a head turned by an angle; `sign` -1 turns back.
template<class T, class From>
NEXTQUILL_INLINE void turn(const From* from, const Wide<T>* cos, const Wide<T>* sin, Index half,
                           Wide<T> sign, T* to)
{
    eachLane<T>(half, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        const Lanes<T> a = at.load(from + j);
        const Lanes<T> b = at.load(from + half + j);
        const Lanes<T> c = at.load(cos + j);
        const Lanes<T> s = at.load(sin + j) * sign;
        at.store(to + j, a * c - b * s);
        at.store(to + half + j, b * c + a * s);
    });
}

template<class To, class From>
NEXTQUILL_INLINE void copyRow(const From* from, Index n, To* to)
{
    eachLane<To>(n, [&](auto at, Index j)
                        NEXTQUILL_INLINE_LAMBDA { at.store(to + j, at.load(from + j)); });
}

/// Where the head `head` of row `row` lies in the blocks, in heads.
NEXTQUILL_INLINE Index placeInBlock(const HeadLayout& layout, Index row, Index head)
{
    const Index first = layout.blockBegin[row];
    return first * layout.heads + head * layout.blockRows[row] + (row - first);
}

template<class T>
void splitHeads(const HeadLayout& layout, const T* x, const Wide<T>* cos, const Wide<T>* sin, T* q,
                T* k, T* v, Index begin, Index end)
{
    const Index d = layout.size;
    const Index half = d / 2;
    const Index stride = (layout.heads + 2 * layout.keyHeads) * d;
    for (Index i = begin; i < end; ++i) {
        const T* row = x + i * stride;
        for (Index h = 0; h < layout.heads; ++h) {
            turn(row + h * d, cos + i * half, sin + i * half, half, Wide<T>{1},
                 q + placeInBlock(layout, i, h) * d);
        }
        row += layout.heads * d;
        for (Index h = 0; h < layout.keyHeads; ++h) {
            const Index place = (h * layout.rows + i) * d;
            turn(row + h * d, cos + i * half, sin + i * half, half, Wide<T>{1}, k + place);
            copyRow(row + (layout.keyHeads + h) * d, d, v + place);
        }
    }
}

template<class T>
void mergeHeads(const HeadLayout& layout, const T* dq, const Wide<T>* dk, const Wide<T>* dv,
                const Wide<T>* cos, const Wide<T>* sin, T* dx, Index begin, Index end)
{
    const Index d = layout.size;
    const Index half = d / 2;
    const Index stride = (layout.heads + 2 * layout.keyHeads) * d;
    for (Index i = begin; i < end; ++i) {
        T* row = dx + i * stride;
        for (Index h = 0; h < layout.heads; ++h) {
            turn(dq + placeInBlock(layout, i, h) * d, cos + i * half, sin + i * half, half,
                 Wide<T>{-1}, row + h * d);
        }
        row += layout.heads * d;
        for (Index h = 0; h < layout.keyHeads; ++h) {
            const Index place = (h * layout.rows + i) * d;
            turn(dk + place, cos + i * half, sin + i * half, half, Wide<T>{-1}, row + h * d);
            copyRow(dv + place, d, row + (layout.keyHeads + h) * d);
        }
    }
}

template<class T>
void blocksToRows(const HeadLayout& layout, const T* blocks, T* rows, Index begin, Index end)
{
    const Index d = layout.size;
    for (Index i = begin; i < end; ++i) {
        for (Index h = 0; h < layout.heads; ++h) {
            copyRow(blocks + placeInBlock(layout, i, h) * d, d, rows + (i * layout.heads + h) * d);
        }
    }
}

template<class T>
void rowsToBlocks(const HeadLayout& layout, const T* dO, const T* O, T* blocks, Wide<T>* delta,
                  Index begin, Index end)
{
    const Index d = layout.size;
    for (Index i = begin; i < end; ++i) {
        for (Index h = 0; h < layout.heads; ++h) {
            const Index place = placeInBlock(layout, i, h);
            const Index row = (i * layout.heads + h) * d;
            Lanes<T> products = {};
            eachLane<T>(d, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
                const Lanes<T> g = at.load(dO + row + j);
                products += g * at.load(O + row + j);
                at.store(blocks + place * d + j, g);
            });
            delta[place] = sumOf(products);
        }
    }
}

// ---- attention's softmax -----------------------------------------------------------------------

template<class T>
void causalSoftmax(const ScoreBlock& block, T* scores, Wide<T>* logSums, Index begin, Index end)
{
    using A = Wide<T>;
    const auto scale = static_cast<A>(block.scale);
    for (Index i = begin; i < end; ++i) {
        T* row = scores + i * block.keys;
        const Index seen = block.keys - block.queries + i % block.queries + 1;
        const Lanes<T> lowest = all<T>(-__builtin_inff());
        Lanes<T> highest = lowest;
        eachLane<T>(seen, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            highest = largerOf(at.kept(at.load(row + j), lowest), highest);
        });
        const A top = largestOf(highest) * scale;
        Lanes<T> sums = {};
        eachLane<T>(seen, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> e = at.kept(exponential(at.load(row + j) * scale - top), Lanes<T>{});
            sums += e;
            at.store(row + j, e);
        });
        const A sum = sumOf(sums);
        logSums[i] = top + logarithm(sum);
        const A inverse = A{1} / sum;
        eachLane<T>(seen, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            at.store(row + j, at.load(row + j) * inverse);
        });
        std::memset(row + seen, 0, static_cast<std::size_t>(block.keys - seen) * sizeof(T));
    }
}

template<class T>
void causalSoftmaxBackward(const ScoreBlock& block, T* scores, T* dP, const Wide<T>* logSums,
                           const Wide<T>* delta, Index begin, Index end)
{
    using A = Wide<T>;
    const auto scale = static_cast<A>(block.scale);
    for (Index i = begin; i < end; ++i) {
        T* row = scores + i * block.keys;
        T* gradient = dP + i * block.keys;
        const Index seen = block.keys - block.queries + i % block.queries + 1;
        eachLane<T>(seen, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> p = exponential(at.load(row + j) * scale - logSums[i]);
            at.store(row + j, p);
            at.store(gradient + j, p * (at.load(gradient + j) - delta[i]) * scale);
        });
        const auto rest = static_cast<std::size_t>(block.keys - seen) * sizeof(T);
        std::memset(row + seen, 0, rest);
        std::memset(gradient + seen, 0, rest);
    }
}

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
