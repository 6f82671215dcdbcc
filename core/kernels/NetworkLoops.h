// SPDX-License-Identifier: GPL-3.0-or-later
//
// Norms, the gated network, dropout and sums. A part of KernelLoops.h, which includes it once for
// each instruction set.
#ifndef NEXTQUILL_KERNEL_SET
#error "included by KernelLoops.h alone"
#endif

namespace nextquill::kernels::NEXTQUILL_KERNEL_SET {

template<class T>
void rmsNorm(const T* x, const T* weight, double epsilon, Index D, T* y, Wide<T>* r, Index begin,
             Index end)
{
    using A = Wide<T>;
    for (Index i = begin; i < end; ++i) {
        const T* row = x + i * D;
        Lanes<T> squares = {};
        eachLane<T>(D, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> v = at.load(row + j);
            squares += v * v;
        });
        const A mean = sumOf(squares) / static_cast<A>(D);
        r[i] = A{1} / squareRoot(mean + static_cast<A>(epsilon));
        eachLane<T>(D, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> n = asStored<T>(at.load(row + j) * r[i]);
            at.store(y + i * D + j, n * at.load(weight + j));
        });
    }
}

template<class T>
void rmsNormBackward(const T* dy, const T* x, const T* weight, const Wide<T>* r, const T* residual,
                     Index D, T* dx, Wide<T>* weightSum, Index begin, Index end)
{
    using A = Wide<T>;
    for (Index i = begin; i < end; ++i) {
        const T* row = x + i * D;
        const T* out = dy + i * D;
        Lanes<T> products = {};
        eachLane<T>(D, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> n = at.load(row + j) * r[i];
            const Lanes<T> g = at.load(out + j);
            products += g * at.load(weight + j) * n;
            if (weightSum != nullptr) {
                at.store(weightSum + j, at.load(weightSum + j) + g * n);
            }
        });
        const A mean = sumOf(products) / static_cast<A>(D);
        eachLane<T>(D, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> n = at.load(row + j) * r[i];
            Lanes<T> v = (at.load(out + j) * at.load(weight + j) - n * mean) * r[i];
            if (residual != nullptr) {
                v += at.load(residual + i * D + j);
            }
            at.store(dx + i * D + j, v);
        });
    }
}

template<class T>
void gatedSilu(const T* x, Index F, T* y, Index begin, Index end)
{
    for (Index i = begin; i < end; ++i) {
        const T* gate = x + i * 2 * F;
        const T* up = gate + F;
        eachLane<T>(F, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> g = at.load(gate + j);
            at.store(y + i * F + j, g * at.load(up + j) / (exponential(-g) + Wide<T>{1}));
        });
    }
}

template<class T>
void gatedSiluBackward(const T* dy, Index F, T* x, T* y, Index begin, Index end)
{
    for (Index i = begin; i < end; ++i) {
        T* gate = x + i * 2 * F;
        T* up = gate + F;
        eachLane<T>(F, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
            const Lanes<T> g = at.load(gate + j);
            const Lanes<T> u = at.load(up + j);
            const Lanes<T> d = at.load(dy + i * F + j);
            const Lanes<T> s = Wide<T>{1} / (exponential(-g) + Wide<T>{1});
            const Lanes<T> silu = g * s;
            if (y != nullptr) {
                at.store(y + i * F + j, silu * u);
            }
            at.store(gate + j, d * u * s * ((Wide<T>{1} - s) * g + Wide<T>{1}));
            at.store(up + j, d * silu);
        });
    }
}

/// A well mixed word for a place (the finaliser of MurmurHash3, with a key on both sides).
NEXTQUILL_INLINE std::uint32_t mixed(std::uint32_t place, std::uint64_t key)
{
    std::uint32_t h = place ^ static_cast<std::uint32_t>(key);
    h ^= h >> 16;
    h *= 0x85ebca6bU;
    h ^= h >> 13;
    h += static_cast<std::uint32_t>(key >> 32);
    h *= 0xc2b2ae35U;
    h ^= h >> 16;
    h *= 0x846ca68bU;
    h ^= h >> 15;
    return h;
}

template<class T>
void dropout(const T* x, std::uint64_t key, double share, T* y, Index begin, Index end)
{
    const auto below = static_cast<std::uint32_t>(share * 4294967295.0);
    const auto scale = static_cast<Wide<T>>(1 / (1 - share));
    Index i = begin;
    for (; i + laneCount<T> <= end; i += laneCount<T>) {
        Lanes<T> kept;
        for (Index lane = 0; lane < laneCount<T>; ++lane) {
            kept[lane] = mixed(static_cast<std::uint32_t>(i + lane), key) >= below ? scale : 0;
        }
        Whole::store(y + i, Whole::load(x + i) * kept);
    }
    for (; i < end; ++i) {
        const Wide<T> kept = mixed(static_cast<std::uint32_t>(i), key) >= below ? scale : 0;
        Part{1}.store(y + i, Part{1}.load(x + i) * kept);
    }
}

template<class T>
void addTo(const T* x, Wide<T>* sum, Index begin, Index end)
{
    eachLane<T>(end - begin, [&](auto at, Index j) NEXTQUILL_INLINE_LAMBDA {
        at.store(sum + begin + j, at.load(sum + begin + j) + at.load(x + begin + j));
    });
}

} // namespace nextquill::kernels::NEXTQUILL_KERNEL_SET
