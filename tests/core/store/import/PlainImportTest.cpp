// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/PlainImport.h"

#include "core/base/Error.h"
#include "core/store/Connection.h"

#include "tests/core/store/TemporaryProject.h"

#include <gtest/gtest.h>

namespace nextquill::store {
namespace {

using nextquill::testing::reviewLine;
using nextquill::testing::TemporaryFolder;

TEST(PlainImport, WritesTheFieldsOfEachLine)
{
    const TemporaryFolder folder;
    const auto file = folder.write("r.jsonl", reviewLine("anna", "A1", 7, "Good.") +
                                                  reviewLine("bert", "A2", 8, "Bad.", 1));
    EXPECT_EQ(importPlainly(file, folder / "p.sqlite", {}), 2);
    Connection connection{folder / "p.sqlite", Access::Read};
    Query query{connection, "SELECT user || item || time || rating || title || text FROM reviews"};
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.text(0), "annaA174.0TGood.");
    ASSERT_TRUE(query.next());
    EXPECT_EQ(query.text(0), "bertA281.0TBad.");
    EXPECT_FALSE(query.next());
}

TEST(PlainImport, RefusesWhatIsNoReviewAndStops)
{
    const TemporaryFolder folder;
    for (const char* broken : {"{\"user_id\": \"a\"}\n", "no JSON\n", "[]\n"}) {
        EXPECT_THROW(static_cast<void>(
                         importPlainly(folder.write("r.jsonl", broken), folder / "p.sqlite", {})),
                     Error)
            << broken;
        std::filesystem::remove(folder / "p.sqlite");
    }
    EXPECT_THROW(static_cast<void>(importPlainly(folder / "none.jsonl", folder / "p.sqlite", {})),
                 Error);
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(static_cast<void>(
                     importPlainly(folder.write("r.jsonl", reviewLine("anna", "A1", 7, "Good.")),
                                   folder / "p.sqlite", source.get_token())),
                 Stopped);
}

} // namespace
} // namespace nextquill::store
