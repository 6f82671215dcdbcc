// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Digest.h"

#include "core/base/Error.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

namespace nextquill {
namespace {

// FIPS 180-4's examples.
TEST(Digest, EqualsThePublishedExamples)
{
    EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, OfGitsKindEqualsThePublishedExample)
{
    Digest digest{DigestKind::Sha1};
    digest.add("abc");
    EXPECT_EQ(digest.hex(), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(Digest, OfPartsEqualsThatOfTheWhole)
{
    Digest digest;
    digest.add("a");
    digest.add("bc");
    EXPECT_EQ(digest.hex(), sha256("abc"));
}

TEST(Digest, OfAFileEqualsThatOfItsBytes)
{
    const testing::TemporaryFolder folder;
    const std::string bytes(3'000'000, 'x');
    folder.write("big", bytes);

    EXPECT_EQ(sha256OfFile(folder / "big"), sha256(bytes));
    EXPECT_THROW(static_cast<void>(sha256OfFile(folder / "none")), Error);
}

} // namespace
} // namespace nextquill
