// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/typeset/FontSet.h"

#include "core/base/Error.h"

#include <unicode/uchar.h>

#include <cmath>
#include <fmt/format.h>
#include <fontconfig/fontconfig.h>
#include <harfbuzz/hb-ot.h>
#include <harfbuzz/hb.h>
#include <vector>

namespace nextquill::typeset {

namespace {

template<auto destroy>
struct Destroyed
{
    template<typename T>
    void operator()(T* object) const
    {
        destroy(object);
    }
};

using Pattern = std::unique_ptr<FcPattern, Destroyed<FcPatternDestroy>>;
using CharSet = std::unique_ptr<FcCharSet, Destroyed<FcCharSetDestroy>>;
using FontList = std::unique_ptr<FcFontSet, Destroyed<FcFontSetDestroy>>;
using Blob = std::unique_ptr<hb_blob_t, Destroyed<hb_blob_destroy>>;
using Face = std::unique_ptr<hb_face_t, Destroyed<hb_face_destroy>>;
using Shaper = std::unique_ptr<hb_font_t, Destroyed<hb_font_destroy>>;
using DrawFunctions = std::unique_ptr<hb_draw_funcs_t, Destroyed<hb_draw_funcs_destroy>>;

struct FontFile
{
    std::string family;
    std::string file;
    int index = 0; ///< of the face in the file; a named instance in the upper 16 bits
    CharSet characters;
    Shaper shaper; ///< null until it is asked for
};

std::string wordOf(FcPattern* pattern, const char* name)
{
    FcChar8* value = nullptr;
    return FcPatternGetString(pattern, name, 0, &value) == FcResultMatch
               ? std::string{reinterpret_cast<const char*>(value)}
               : std::string{};
}

bool isSet(FcPattern* pattern, const char* name)
{
    FcBool value = FcFalse;
    return FcPatternGetBool(pattern, name, 0, &value) == FcResultMatch && value != FcFalse;
}

FontList sortedFonts(const std::string& family)
{
    const Pattern wanted{FcPatternCreate()};
    FcPatternAddString(wanted.get(), FC_FAMILY, reinterpret_cast<const FcChar8*>(family.c_str()));
    // The user's language would order the fonts otherwise: the figure is to be the same everywhere.
    FcPatternAddString(wanted.get(), FC_LANG, reinterpret_cast<const FcChar8*>("en"));
    FcPatternAddBool(wanted.get(), FC_SCALABLE, FcTrue);
    FcConfigSubstitute(nullptr, wanted.get(), FcMatchPattern);
    FcDefaultSubstitute(wanted.get());
    FcResult result = FcResultMatch;
    return FontList{FcFontSort(nullptr, wanted.get(), FcTrue, nullptr, &result)};
}

std::vector<FontFile> fontFiles(const std::string& family)
{
    std::vector<FontFile> files;
    const FontList sorted = sortedFonts(family);
    for (int i = 0; sorted && i < sorted->nfont; ++i) {
        FcPattern* const pattern = sorted->fonts[i];
        FcCharSet* characters = nullptr;
        if (!isSet(pattern, FC_OUTLINE) || isSet(pattern, FC_COLOR) ||
            isSet(pattern, FC_VARIABLE) ||
            FcPatternGetCharSet(pattern, FC_CHARSET, 0, &characters) != FcResultMatch) {
            continue;
        }
        FontFile file{.family = wordOf(pattern, FC_FAMILY),
                      .file = wordOf(pattern, FC_FILE),
                      .characters = CharSet{FcCharSetCopy(characters)}};
        FcPatternGetInteger(pattern, FC_INDEX, 0, &file.index);
        files.push_back(std::move(file));
    }
    return files;
}

Shaper loaded(const FontFile& file)
{
    const Blob blob{hb_blob_create_from_file(file.file.c_str())};
    const Face face{hb_face_create(blob.get(), static_cast<unsigned>(file.index) & 0xffffU)};
    Shaper shaper{hb_font_create(face.get())};
    hb_font_set_scale(shaper.get(), unitsPerEm, unitsPerEm);
    const unsigned instance = static_cast<unsigned>(file.index) >> 16U;
    if (instance > 0) {
        hb_font_set_var_named_instance(shaper.get(), instance - 1);
    }
    return shaper;
}

// Fonts' y goes up, SVG's down.
void append(std::string& path, char command, std::initializer_list<float> numbers)
{
    path += command;
    bool isY = false;
    const char* separator = "";
    for (const float value : numbers) {
        path += fmt::format("{}{}", separator, std::lround(isY ? -value : value));
        separator = " ";
        isY = !isY;
    }
}

void moveTo(hb_draw_funcs_t* /*functions*/, void* path, hb_draw_state_t* /*state*/, float x,
            float y, void* /*data*/)
{
    append(*static_cast<std::string*>(path), 'M', {x, y});
}

void lineTo(hb_draw_funcs_t* /*functions*/, void* path, hb_draw_state_t* /*state*/, float x,
            float y, void* /*data*/)
{
    append(*static_cast<std::string*>(path), 'L', {x, y});
}

void quadraticTo(hb_draw_funcs_t* /*functions*/, void* path, hb_draw_state_t* /*state*/, float cx,
                 float cy, float x, float y, void* /*data*/)
{
    append(*static_cast<std::string*>(path), 'Q', {cx, cy, x, y});
}

void cubicTo(hb_draw_funcs_t* /*functions*/, void* path, hb_draw_state_t* /*state*/, float cx,
             float cy, float dx, float dy, float x, float y, void* /*data*/)
{
    append(*static_cast<std::string*>(path), 'C', {cx, cy, dx, dy, x, y});
}

void closePath(hb_draw_funcs_t* /*functions*/, void* path, hb_draw_state_t* /*state*/,
               void* /*data*/)
{
    *static_cast<std::string*>(path) += 'Z';
}

DrawFunctions drawFunctions()
{
    DrawFunctions functions{hb_draw_funcs_create()};
    hb_draw_funcs_set_move_to_func(functions.get(), moveTo, nullptr, nullptr);
    hb_draw_funcs_set_line_to_func(functions.get(), lineTo, nullptr, nullptr);
    hb_draw_funcs_set_quadratic_to_func(functions.get(), quadraticTo, nullptr, nullptr);
    hb_draw_funcs_set_cubic_to_func(functions.get(), cubicTo, nullptr, nullptr);
    hb_draw_funcs_set_close_path_func(functions.get(), closePath, nullptr, nullptr);
    return functions;
}

} // namespace

struct FontSet::State
{
    std::vector<FontFile> fonts;
    DrawFunctions draw = drawFunctions();
};

FontSet::FontSet(const std::string& family)
    : m_state{std::make_unique<State>()}
{
    m_state->fonts = fontFiles(family);
    if (m_state->fonts.empty()) {
        throw Error{ErrorKind::Unsupported, "a figure needs a font, and this machine has none",
                    family, "install fonts-dejavu-core, or choose .html, .tex, .csv or .json"};
    }
}

FontSet::~FontSet() = default;

std::optional<std::size_t> FontSet::fontFor(std::u32string_view cluster)
{
    for (std::size_t i = 0; i < m_state->fonts.size(); ++i) {
        const FcCharSet* const characters = m_state->fonts[i].characters.get();
        bool hasAll = true;
        for (const char32_t c : cluster) {
            // Joiners and variation selectors draw nothing: a font need not have them.
            hasAll = hasAll && (u_hasBinaryProperty(static_cast<UChar32>(c),
                                                    UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
                                FcCharSetHasChar(characters, c) != FcFalse);
        }
        if (hasAll) {
            return i;
        }
    }
    return std::nullopt;
}

const std::string& FontSet::familyOf(std::size_t font) const
{
    return m_state->fonts.at(font).family;
}

hb_font_t* FontSet::shaper(std::size_t font)
{
    FontFile& file = m_state->fonts.at(font);
    if (!file.shaper) {
        file.shaper = loaded(file);
    }
    return file.shaper.get();
}

std::string FontSet::outline(std::size_t font, std::uint32_t glyph)
{
    std::string path;
#if HB_VERSION_ATLEAST(7, 0, 0)
    hb_font_draw_glyph(shaper(font), glyph, m_state->draw.get(), &path);
#else
    hb_font_get_glyph_shape(shaper(font), glyph, m_state->draw.get(), &path);
#endif
    return path;
}

} // namespace nextquill::typeset
