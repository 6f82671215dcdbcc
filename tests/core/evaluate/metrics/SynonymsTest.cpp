// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metrics/Synonyms.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <array>

namespace nextquill::evaluate {
namespace {

/// A database of one meaning of the noun "car", and files as broken as a test wants them.
class SmallWordNet
{
public:
    explicit SmallWordNet(
        const std::string& nounIndex = "car n 1 0 1 0 00000000\n",
        const std::string& nounData = "00000000 06 n 03 car 0 auto 0 motor_car 0 000 | a car\n")
    {
        for (const char* part : {"noun", "verb", "adj", "adv"}) {
            const bool noun = std::string{part} == "noun";
            m_folder.write(std::string{"index."} + part, noun ? nounIndex : "zz x 0 0 0 0\n");
            m_folder.write(std::string{"data."} + part, noun ? nounData : "x\n");
            m_folder.write(std::string{part} + ".exc", noun ? "carz car\n" : "zz zz\n");
        }
    }

    [[nodiscard]] const std::filesystem::path& path() const { return m_folder.path(); }

private:
    testing::TemporaryFolder m_folder;
};

using Words = std::set<std::string>;

TEST(Synonyms, KnowBaseFormsAndLeaveOutPhrases)
{
    const SmallWordNet files;
    const Synonyms synonyms{files.path()};

    EXPECT_EQ(synonyms.of("car"), (Words{"auto", "car"}));
    EXPECT_EQ(synonyms.of("cars"), (Words{"auto", "car"})); // by its ending
    EXPECT_EQ(synonyms.of("carz"), (Words{"auto", "car"})); // by the list of exceptions
    EXPECT_EQ(synonyms.of("bike"), Words{});
    EXPECT_EQ(synonyms.of(""), Words{});
}

TEST(Synonyms, SurviveABrokenDatabase)
{
    for (const char* index : {"car n 9 0 1 0 00000000\n", "car n 1 0 1 0 99999999\n", "car\n",
                              "car n 1 0 1 0 00000000", "\n\n\n"}) {
        const SmallWordNet files{index};
        EXPECT_LE(Synonyms{files.path()}.of("car").size(), 2U) << index;
    }
    const SmallWordNet files{"car n 1 0 1 0 00000000\n", "00000000 06 n ff car 0"};
    EXPECT_EQ(Synonyms{files.path()}.of("car"), Words{"car"});
}

TEST(Synonyms, SayWhichFileIsMissing)
{
    const testing::TemporaryFolder empty;
    EXPECT_THROW(Synonyms{empty.path()}, Error);
}

} // namespace
} // namespace nextquill::evaluate
