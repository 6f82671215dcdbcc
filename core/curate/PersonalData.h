// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/ByteRange.h"
#include "core/curate/UserNames.h"

#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::curate {

enum class PersonalKind { Email, Phone, Url, UserName };

inline constexpr std::array allPersonalKinds{PersonalKind::Email, PersonalKind::Phone,
                                             PersonalKind::Url, PersonalKind::UserName};

/// "email", "phone", "url", "user"; what stands in a text's place is the same in brackets.
[[nodiscard]] std::string_view nameOf(PersonalKind kind) noexcept;
[[nodiscard]] std::string_view maskOf(PersonalKind kind) noexcept;

/// A piece of a text that looks like personal data.
struct PersonalMatch
{
    PersonalKind kind{};
    ByteRange range; ///< at borders of characters

    friend bool operator==(const PersonalMatch&, const PersonalMatch&) = default;
};

/// Finds what looks like e-mail addresses, phone numbers, web addresses and names of users.
///
/// It goes by the shape of what is written, and by a list of names: a best effort that misses some
/// and takes some for what it is not. What is looked for:
///
/// - e-mail addresses, also with non-Latin letters, "(at)" and "dot com";
/// - web addresses with a scheme or "www.", and those of well-known endings ("example.com");
/// - phone numbers in international form, as North America writes them, with a leading zero in
///   groups, and any of 6 digits or more behind a word such as "phone" or "Tel."; not years,
///   dates, prices and book numbers;
/// - "@handles", and the names it was given (UserNames).
///
/// What maskOf() gives is never taken for any of these, so that masking a masked text again changes
/// nothing.
///
/// Speed    linear in the text
/// Threads  immutable; any number of threads at once
class PersonalDataFinder
{
public:
    explicit PersonalDataFinder(std::set<PersonalKind> kinds = {allPersonalKinds.begin(),
                                                                allPersonalKinds.end()},
                                UserNames names = {});

    /// In the order of the text, none overlapping another.
    [[nodiscard]] std::vector<PersonalMatch> find(std::string_view text) const;

private:
    [[nodiscard]] std::vector<PersonalMatch> findOnce(std::string_view text) const;

    std::set<PersonalKind> m_kinds;
    UserNames m_names;
};

/// The text with each match replaced by its mask; everything else is the same, byte by byte.
[[nodiscard]] std::string masked(std::string_view text, const std::vector<PersonalMatch>& matches);

} // namespace nextquill::curate
