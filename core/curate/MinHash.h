// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nextquill::curate {

/// How signatures are cut so that pairs that agree in all rows of a band are looked at.
struct Bands
{
    std::size_t count = 0;
    std::size_t rows = 0;

    /// The probability that a pair of this similarity agrees in some band.
    [[nodiscard]] double chanceOf(double similarity) const;
};

/// The cut with the longest bands (the fewest pairs to look at) with which a pair of exactly this
/// similarity is found with a probability of at least 0.995.
[[nodiscard]] Bands bandsFor(double threshold, std::size_t rows);

/// MinHash signatures of sets: two agree in each row with a probability of the sets' Jaccard
/// similarity.
///
/// Source   A. Broder, On the resemblance and containment of documents, 1997
/// Numbers  rows are functions of the seed alone
/// Threads  immutable
class MinHash
{
public:
    MinHash(std::size_t rows, std::uint64_t seed);

    [[nodiscard]] std::size_t rows() const { return m_keys.size(); }

    /// One number for each row, into `signature`.
    void sign(const std::vector<std::uint64_t>& set, std::vector<std::uint32_t>& signature) const;

    /// The rows of one band as one number.
    [[nodiscard]] static std::uint64_t band(const std::vector<std::uint32_t>& signature,
                                            const Bands& bands, std::size_t band);

private:
    std::vector<std::uint32_t> m_keys;
};

} // namespace nextquill::curate
