// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/kernels/Kernels.h"

#include <cstdint>

namespace nextquill::kernels {

constexpr std::int64_t panelRows = 8;     ///< of the left factor that are multiplied together
constexpr std::int64_t panelColumns = 48; ///< of the right factor
constexpr std::int64_t packedRows = 2 * panelRows; ///< of the left factor that are packed together

/// A factor of a product of matrices: `outer` vectors of `sum` numbers, which the product sums
/// over. In memory each vector is a row, or, transposed, a column; rows are `stride` numbers apart.
template<class T>
struct PanelFactor
{
    const T* data = nullptr;
    std::int64_t outer = 0;
    std::int64_t sum = 0;
    std::int64_t stride = 0;
    bool isTransposed = false;
};

/// Words of 32 bits of a vector in a panel: a float, or two neighbours in bfloat16, the last one
/// filled up with 0.
template<class T>
[[nodiscard]] constexpr std::int64_t panelWords(std::int64_t sum)
{
    constexpr std::int64_t inWord = 4 / static_cast<std::int64_t>(sizeof(T));
    return (sum + inWord - 1) / inWord;
}

/// Rows of the left factor as a product reads them: panels, or rows that lie in memory as they are
/// (a whole number of words each, not transposed).
struct PanelLeft
{
    const std::uint32_t* panels = nullptr; ///< the first one of the rows; none: `rows`
    const void* rows = nullptr;
    std::int64_t stride = 0; ///< of `rows`, in bytes
};

/// Panels of the right factor side by side, as products of pairs have them: rows of words, `stride`
/// words apart. A panel that was packed alone is as wide as its stride.
struct PanelRight
{
    const std::uint32_t* words = nullptr;
    std::int64_t stride = panelColumns;
};

/// Where a product goes: [rows, columns ≤ panelColumns], `stride` numbers apart.
template<class R>
struct PanelResult
{
    R* data = nullptr;
    const R* addend = nullptr; ///< added before rounding; may be `data` itself, or none
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::int64_t stride = 0;       ///< of `data`
    std::int64_t addendStride = 0; ///< of `addend`
};

/// Products of large matrices, panel by panel: one panel of the right factor stays in a core's
/// cache while the left factor's rows go by, the sums stay in registers over the whole length.
/// Sums are float32 whatever the elements (float or BFloat16).
///
/// Threads  any; each call works on its own arrays
template<class T>
struct PanelKernels
{
    using Index = std::int64_t;

    /// Columns first … first + panelColumns of the right factor → [words, panelColumns]; 0 beyond.
    void (*packRight)(const PanelFactor<T>& right, Index first, std::uint32_t* panel);
    /// Rows first … first + packedRows of the left factor → two panels [words, panelRows], one
    /// after the other; 0 beyond.
    void (*packLeft)(const PanelFactor<T>& left, Index first, std::uint32_t* panels);
    /// Reads of the right factor whole vectors of 16 columns.
    void (*product)(const PanelLeft& left, const PanelRight& right, Index words,
                    const PanelResult<T>& result);
    /// The same into float32.
    void (*wideProduct)(const PanelLeft& left, const PanelRight& right, Index words,
                        const PanelResult<float>& result);
};

template<class T>
[[nodiscard]] const PanelKernels<T>& panelKernels(InstructionSet set);
template<class T>
[[nodiscard]] const PanelKernels<T>& panelKernels();

} // namespace nextquill::kernels
