// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/PngDensity.h"

#include <cmath>
#include <cstdint>
#include <zlib.h>

namespace nextquill::workflow {

namespace {

/// Signature, then the chunk IHDR: length, name, 13 bytes, checksum. pHYs may stand behind it.
constexpr std::size_t behindHeader = 8 + 4 + 4 + 13 + 4;

std::string bigEndian(std::uint32_t value)
{
    return {static_cast<char>(value >> 24U), static_cast<char>(value >> 16U),
            static_cast<char>(value >> 8U), static_cast<char>(value)};
}

} // namespace

std::string withDensity(std::string_view png, double dpi)
{
    constexpr std::string_view signature{"\x89PNG\r\n\x1a\n"};
    const bool isPng = png.starts_with(signature) && png.size() > behindHeader;
    if (!isPng || png.find("pHYs") < png.find("IDAT")) {
        return std::string{png};
    }
    constexpr double inchesPerMetre = 1 / 0.0254;
    const auto density = static_cast<std::uint32_t>(std::lround(dpi * inchesPerMetre));
    const std::string chunk = "pHYs" + bigEndian(density) + bigEndian(density) + '\1';
    const auto check =
        ::crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), static_cast<uInt>(chunk.size()));
    return std::string{png.substr(0, behindHeader)} + bigEndian(9) + chunk +
           bigEndian(static_cast<std::uint32_t>(check)) + std::string{png.substr(behindHeader)};
}

} // namespace nextquill::workflow
