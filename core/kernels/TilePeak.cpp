// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/TilePeak.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace nextquill::kernels {

#if defined(__x86_64__) && defined(__linux__)

namespace {

/// The layout that ldtilecfg reads (Intel's instruction set reference, LDTILECFG).
struct alignas(64) TileShapes
{
    std::uint8_t palette = 1;
    std::uint8_t startRow = 0;
    std::uint8_t reserved[14] = {};
    std::uint16_t rowBytes[16] = {};
    std::uint8_t rows[16] = {};
};
static_assert(sizeof(TileShapes) == 64);

} // namespace

bool hasTiles()
{
    constexpr unsigned amxBFloat16 = 1U << 22; // cpuid 7, edx
    constexpr unsigned amxTile = 1U << 24;
    constexpr long requestPermission = 0x1023; // ARCH_REQ_XCOMP_PERM
    constexpr long tileData = 18;              // XFEATURE_XTILEDATA
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) {
        return false;
    }
    return (d & amxBFloat16) != 0 && (d & amxTile) != 0 &&
           ::syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
}

__attribute__((target("amx-tile,amx-bf16"))) float tileMultiplyAdds(std::int64_t rounds)
{
    TileShapes shapes;
    for (int tile = 0; tile < 8; ++tile) {
        shapes.rowBytes[tile] = 64;
        shapes.rows[tile] = 16;
    }
    _tile_loadconfig(&shapes);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_zero(4);
    _tile_zero(5);
    _tile_zero(6);
    _tile_zero(7);
    for (std::int64_t i = 0; i < rounds; ++i) {
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    alignas(64) float out[16 * 16];
    _tile_stored(0, out, 64);
    _tile_release();
    return out[0];
}

#else

bool hasTiles()
{
    return false;
}

float tileMultiplyAdds(std::int64_t /*rounds*/)
{
    return 0;
}

#endif

} // namespace nextquill::kernels
