// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/curate/PersonalData.h"

#include "core/base/Random.h"
#include "core/base/Utf8.h"

#include <gtest/gtest.h>

#include <vector>

namespace nextquill::curate {
namespace {

UserNames namesOf(const std::vector<std::string>& names)
{
    UserNames users;
    for (const std::string& name : names) {
        users.add(name);
    }
    users.prepare();
    return users;
}

/// What stands in the text's place, with every kind looked for.
std::string maskedText(const std::string& text, const std::vector<std::string>& names = {})
{
    const PersonalDataFinder finder{{allPersonalKinds.begin(), allPersonalKinds.end()},
                                    namesOf(names)};
    return masked(text, finder.find(text));
}

struct Case
{
    const char* text;
    const char* expected;
};

void expectMasked(const std::vector<Case>& cases)
{
    for (const Case& each : cases) {
        EXPECT_EQ(maskedText(each.text), each.expected);
    }
}

TEST(PersonalData, AddressesOfMailAreFoundInAllTheirForms)
{
    expectMasked({
        {"write to ann.lee+cd@mail.example.co.uk, please", "write to [email], please"},
        {"(ann_b@example.com).", "([email])."},
        {"mail bob@example.com.It was quick", "mail [email].It was quick"},
        {"J\u00FCrgen schreibt: j\u00FCrgen@b\u00FCcher.example \u2026",
         "J\u00FCrgen schreibt: [email] \u2026"},
        {"\u201Cann@example.org\u201D", "\u201C[email]\u201D"},
        {"ann (at) example (dot) org", "[email]"},
        {"ann[at]example.org and more", "[email] and more"},
        {"reach ann at example dot com now", "reach [email] now"},
        {"ANN@EXAMPLE.COM", "[email]"},
    });
}

TEST(PersonalData, WhatOnlyHasAnAtSignOrTheWordAtIsNoAddress)
{
    expectMasked({
        {"2 @ $5 each", "2 @ $5 each"},
        {"look at this.it is great", "look at this.it is great"},
        {"a@b", "a@b"},
        {"I was at example one", "I was at example one"},
        {"at last (at the end)", "at last (at the end)"},
        {"a half-@ssed job, Ni@@as, kick @ss", "a half-@ssed job, Ni@@as, kick @ss"},
    });
}

TEST(PersonalData, WebAddressesAreFoundWithoutTheSentenceAroundThem)
{
    expectMasked({
        {"see https://example.org/a?b=1#c, then", "see [url], then"},
        {"(http://example.org/wiki/Tea_(drink))", "([url])"},
        {"at www.example.org!", "at [url]!"},
        {"I got it at Example.com for less.", "I got it at [url] for less."},
        {"example.com.au/shop is down", "[url] is down"},
        {"youtu.be/dQw4w9 has it", "[url] has it"},
        {"<a href=\"http://example.org\">x</a>", "<a href=\"[url]\">x</a>"},
        {"ftp://u:p@example.org/x", "[url]"},
    });
}

TEST(PersonalData, SentencesWithoutASpaceBetweenAreNoWebAddresses)
{
    expectMasked({
        {"a great album.It's her best", "a great album.It's her best"},
        {"the end.in the beginning", "the end.in the beginning"},
        {"and/or, 4.5/5, e.g. this, 10.5", "and/or, 4.5/5, e.g. this, 10.5"},
        {"Mr. Information.Information", "Mr. Information.Information"},
        {"what?://", "what?://"},
    });
}

TEST(PersonalData, PhoneNumbersAreFoundAsTheyAreWritten)
{
    expectMasked({
        {"+49 30 1234567", "[phone]"},
        {"(+44) 20 7946 0958.", "[phone]."},
        {"call (212) 555-0123 today", "call [phone] today"},
        {"1-212-555-0123 or 212.555.0123", "[phone] or [phone]"},
        {"(212) 555-0123 2 times", "[phone] 2 times"},
        {"020 7946 0958", "[phone]"},
        {"06 12 34 56 78", "[phone]"},
        {"030/1234567", "[phone]"},
        {"Tel.: 5550123", "Tel.: [phone]"},
        {"my phone number is 555-0123", "my phone number is [phone]"},
        {"(212-555-0123)", "([phone])"},
        {"212\u2011555\u20110123", "[phone]"},
    });
}

TEST(PersonalData, YearsDatesPricesAndBookNumbersAreNoPhoneNumbers)
{
    for (const std::string text :
         {"1995-2005", "2011-02-03", "01/02/2003", "01.02.2003", "$1,299.00", "9/10",
          "978-3-16-148410-0", "ISBN 0-306-40615-2", "12345678", "1995 1996 1997 1998",
          "192.168.100.100", "555-0123", "B00004T9UF", "12 345 678", "2 4 6 8 10 12"}) {
        EXPECT_EQ(maskedText(text), text);
    }
}

TEST(PersonalData, NamesOfUsersAreFoundAsWholeWordsWhateverTheirCase)
{
    const std::vector<std::string> names{"anna_77", "Kindle Customer", "bob", "ed", "12345"};
    EXPECT_EQ(maskedText("Thanks, Anna_77!", names), "Thanks, [user]!");
    EXPECT_EQ(maskedText("as kindle  customer wrote", names), "as [user] wrote");
    EXPECT_EQ(maskedText("Bob's take; bobsled; a kindle", names),
              "[user]'s take; bobsled; a kindle");
    EXPECT_EQ(maskedText("ed said 12345", names), "ed said 12345") << "too short, or no letter";
    EXPECT_EQ(maskedText("@some.one. told me @ home"), "[user]. told me @ home");
    EXPECT_EQ(maskedText("\u00DCmit wrote", {"\u00FCmit"}), "[user] wrote");
}

TEST(PersonalData, MasksAreLeftAloneWhateverUsersAreCalled)
{
    const std::vector<std::string> names{"email", "phone", "url", "user", "[user]"};
    const std::string text = "[email] [phone] [url] [user]";
    EXPECT_EQ(maskedText(text, names), text);
    EXPECT_EQ(maskedText("the user said", names), "the [user] said");
}

TEST(PersonalData, OnlyTheKindsAskedForAreFound)
{
    const std::string text = "ann@example.org or (212) 555-0123, www.example.org";
    const PersonalDataFinder finder{{PersonalKind::Phone}};
    EXPECT_EQ(masked(text, finder.find(text)), "ann@example.org or [phone], www.example.org");
}

/// Pieces of what people write, what they should not, and of what is broken, in any order.
std::string randomText(const Random& random)
{
    static const std::vector<std::string> pieces{
        "ann",    "@",    ".",       "com",         "example",     "://",     "http",
        "www.",   "555",  "-",       "0123",        "(",           ")",       "212",
        "+49",    " ",    " at ",    "(at)",        " dot ",       "\u00FC",  "\u201C",
        "\u4E2D", "/",    "[email]", "[user]",      "[",           "]",       "phone ",
        "bob",    "_",    "00",      "\U0001F600",  "\u00A0",      "it's ",   "ann@example.org",
        "\n",     "#",    "1",       "call me at ", "example.com", "e\u0301", "\xC3",
        "@ann",   "[url", "co.uk",   "youtu.be/a",  "\u2011",      ",",       "kindle customer"};
    std::string text;
    const std::uint64_t count = random.bits(0) % 24;
    for (std::uint64_t i = 0; i < count; ++i) {
        text += pieces[random.bits(i + 1) % pieces.size()];
    }
    return text;
}

TEST(PersonalData, MaskingChangesNothingElseAndTwiceIsOnce)
{
    const PersonalDataFinder finder{{allPersonalKinds.begin(), allPersonalKinds.end()},
                                    namesOf({"bob", "user", "Kindle Customer", "ann"})};
    std::size_t places = 0;
    for (std::uint64_t seed = 0; seed < 40'000; ++seed) {
        const std::string text = randomText(Random{seed, 5});
        const auto matches = finder.find(text);
        std::string rebuilt;
        std::size_t done = 0;
        for (const PersonalMatch& match : matches) {
            ASSERT_LE(done, match.range.begin) << seed << ": " << text;
            ASSERT_LT(match.range.begin, match.range.end) << seed << ": " << text;
            ASSERT_LE(match.range.end, text.size()) << seed << ": " << text;
            const std::string piece = text.substr(match.range.begin, match.range.size());
            ASSERT_EQ(isUtf8(text), isUtf8(text) && isUtf8(piece)) << seed << ": " << text;
            rebuilt += text.substr(done, match.range.begin - done);
            rebuilt += maskOf(match.kind);
            done = match.range.end;
            ++places;
        }
        rebuilt += text.substr(done);
        const std::string once = masked(text, matches);
        ASSERT_EQ(once, rebuilt) << seed << ": " << text;
        ASSERT_TRUE(finder.find(once).empty()) << seed << ": " << text << "\n" << once;
    }
    EXPECT_GT(places, 20'000U);
}

/// `#` becomes a digit from 2 to 9, `*` a small letter.
std::string filledIn(std::string_view shape, const Random& random)
{
    std::string text;
    std::uint64_t at = 0;
    for (const char c : shape) {
        const std::uint64_t bits = random.bits(++at);
        text += c == '#'   ? static_cast<char>('2' + bits % 8)
                : c == '*' ? static_cast<char>('a' + bits % 26)
                           : c;
    }
    return text;
}

TEST(PersonalData, PlantedInSentencesIsFoundWholeAndNothingAroundIt)
{
    const std::pair<PersonalKind, const char*> shapes[] = {
        {PersonalKind::Email, "****@*****.com"},
        {PersonalKind::Email, "**.****##@****.co.uk"},
        {PersonalKind::Email, "*****_**@****-***.example.org"},
        {PersonalKind::Email, "****+***@*****.de"},
        {PersonalKind::Email, "**** (at) ****** (dot) net"},
        {PersonalKind::Email, "****** at ***** dot com"},
        {PersonalKind::Phone, "+1 ### ### ####"},
        {PersonalKind::Phone, "+49 (0)## #######"},
        {PersonalKind::Phone, "+44 ## #### ####"},
        {PersonalKind::Phone, "+###########"},
        {PersonalKind::Phone, "(###) ###-####"},
        {PersonalKind::Phone, "###-###-####"},
        {PersonalKind::Phone, "###.###.####"},
        {PersonalKind::Phone, "1-###-###-####"},
        {PersonalKind::Phone, "0## #### ####"},
        {PersonalKind::Phone, "0# ## ## ## ##"},
        {PersonalKind::Phone, "0###/######"},
        {PersonalKind::Url, "https://www.*****.com/***/##?**=#"},
        {PersonalKind::Url, "http://****.example.org"},
        {PersonalKind::Url, "www.******.de"},
        {PersonalKind::Url, "*****.com/****"},
        {PersonalKind::Url, "****.org"},
        {PersonalKind::UserName, "@****_**"},
    };
    const std::pair<const char*, const char*> sentences[] = {
        {"Ask me: ", "."},
        {"I wrote (", ") and got no answer in 2011."},
        {"A great record, 5 of 5. ", ", and that is it!"},
        {"Bought on 03/04/2010 for $12.99; ", "\nnext line"}};
    const PersonalDataFinder finder;
    std::uint64_t seed = 0;
    for (const auto& [kind, shape] : shapes) {
        for (const auto& [front, back] : sentences) {
            for (int i = 0; i < 50; ++i) {
                const std::string piece = filledIn(shape, Random{++seed, 9});
                const std::string text = front + piece + back;
                EXPECT_EQ(masked(text, finder.find(text)), front + std::string{maskOf(kind)} + back)
                    << text;
            }
        }
    }
}

TEST(PersonalData, NeedsLinearTimeForTextsMadeToCostMore)
{
    constexpr std::size_t repeats = 60'000;
    for (const std::string piece : {"a.", "@a.com", "com.", "http://", "www.a", "))", "1 ", "(at",
                                    "(1", "+1", "ab://(", "at ", "a@", "[email", "@", "5-"}) {
        std::string text = "http://x(";
        for (std::size_t i = 0; i < repeats; ++i) {
            text += piece;
        }
        const std::string once = maskedText(text);
        EXPECT_EQ(maskedText(once), once) << piece;
    }
}

} // namespace
} // namespace nextquill::curate
