// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/Normalizer.h"

#include "core/text/Charsmap.h"
#include "core/text/UnicodeForm.h"

#include <unicode/uchar.h>

#include <algorithm>

namespace nextquill::text {

namespace {

constexpr char32_t capitalIWithDot = 0x130; ///< the one whose lower case is two characters
constexpr char32_t combiningDot = 0x307;

void lowercase(AlignedText& text)
{
    const std::string_view before = text.text();
    std::vector<CharacterChange> changes;
    changes.reserve(before.size());
    bool isSame = true;
    for (std::size_t i = 0; i < before.size();) {
        const char32_t c = nextCharacter(before, i);
        if (c == capitalIWithDot) {
            changes.push_back({U'i', 0});
            changes.push_back({combiningDot, 1});
            isSame = false;
            continue;
        }
        const char32_t lower =
            c < strayByte ? static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))) : c;
        isSame = isSame && lower == c;
        changes.push_back({lower, 0});
    }
    if (!isSame) {
        text.change(changes);
    }
}

bool isSpace(char32_t character)
{
    return character < strayByte && u_isUWhiteSpace(static_cast<UChar32>(character)) != 0;
}

void strip(AlignedText& text, bool left, bool right)
{
    const std::string_view before = text.text();
    std::size_t begin = 0;
    for (std::size_t next = 0; left && next < before.size() && isSpace(nextCharacter(before, next));
         begin = next) {
    }
    std::size_t end = right ? begin : before.size();
    for (std::size_t next = begin; right && next < before.size();) {
        end = isSpace(nextCharacter(before, next)) ? end : next;
    }
    if (end - begin == before.size()) {
        return;
    }
    TextRewriter rewriter{text};
    rewriter.copy({begin, end});
    rewriter.finish();
}

void prepend(AlignedText& text, std::string_view what)
{
    if (text.text().empty() || what.empty()) {
        return;
    }
    TextRewriter rewriter{text};
    rewriter.put(what, 0);
    rewriter.copy({0, text.text().size()});
    rewriter.finish();
}

void replaceRuns(AlignedText& text, std::string_view by)
{
    const std::string_view before = text.text();
    std::size_t begin = before.find("  ");
    if (begin == std::string_view::npos) {
        return;
    }
    TextRewriter rewriter{text};
    std::size_t done = 0;
    for (; begin != std::string_view::npos; begin = before.find("  ", done)) {
        const std::size_t end = std::min(before.find_first_not_of(' ', begin), before.size());
        rewriter.copy({done, begin});
        rewriter.put(by, end - 1);
        done = end;
    }
    rewriter.copy({done, before.size()});
    rewriter.finish();
}

} // namespace

void replaceAll(AlignedText& in, std::string_view pattern, std::string_view text)
{
    const std::string_view before = in.text();
    std::size_t begin = before.find(pattern);
    if (begin == std::string_view::npos) {
        return;
    }
    TextRewriter rewriter{in};
    std::size_t done = 0;
    for (; begin != std::string_view::npos; begin = before.find(pattern, done)) {
        rewriter.copy({done, begin});
        done = begin + pattern.size();
        rewriter.put(text, done - 1);
    }
    rewriter.copy({done, before.size()});
    rewriter.finish();
}

Normalizer::Normalizer(const std::vector<NormalizerStep>& steps)
{
    for (const NormalizerStep& step : steps) {
        m_steps.push_back({.step = step,
                           .charsmap = step.kind == NormalizerStep::Kind::Charsmap
                                           ? std::make_shared<const Charsmap>(step.text)
                                           : nullptr});
    }
}

void Normalizer::apply(AlignedText& text) const
{
    for (const auto& [step, charsmap] : m_steps) {
        switch (step.kind) {
        case NormalizerStep::Kind::Nfc:
            bringIntoForm(UnicodeForm::Nfc, text);
            break;
        case NormalizerStep::Kind::Nfd:
            bringIntoForm(UnicodeForm::Nfd, text);
            break;
        case NormalizerStep::Kind::Nfkc:
            bringIntoForm(UnicodeForm::Nfkc, text);
            break;
        case NormalizerStep::Kind::Nfkd:
            bringIntoForm(UnicodeForm::Nfkd, text);
            break;
        case NormalizerStep::Kind::Lowercase:
            lowercase(text);
            break;
        case NormalizerStep::Kind::Strip:
            strip(text, step.left, step.right);
            break;
        case NormalizerStep::Kind::Prepend:
            prepend(text, step.text);
            break;
        case NormalizerStep::Kind::Replace:
            replaceAll(text, step.pattern, step.text);
            break;
        case NormalizerStep::Kind::ReplaceRuns:
            replaceRuns(text, step.text);
            break;
        case NormalizerStep::Kind::Charsmap:
            charsmap->apply(text);
            break;
        }
    }
}

std::string Normalizer::applied(std::string_view text) const
{
    AlignedText changed{text, 0};
    apply(changed);
    return std::string{changed.text()};
}

} // namespace nextquill::text
