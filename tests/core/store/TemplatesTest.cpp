// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Templates.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"

#include "tests/core/store/TemporaryProject.h"

#include <gmock/gmock.h>

namespace nextquill::store {
namespace {

using nextquill::testing::TemporaryProject;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> referencesIn(const Templates& templates)
{
    std::vector<std::string> references;
    for (const TemplateRow& row : templates.all()) {
        references.push_back(row.reference() + "=" + row.source);
    }
    return references;
}

TEST(Templates, AChangedTextIsANewVersionAndTheOldOneStays)
{
    TemporaryProject temporary;
    Templates templates{*temporary.project};

    EXPECT_EQ(templates.add("mine", "one").reference(), "mine@1");
    EXPECT_EQ(templates.add("mine", "two").reference(), "mine@2");
    EXPECT_EQ(templates.add("mine", "two").reference(), "mine@2"); // the same text
    EXPECT_EQ(templates.add("mine", "one").reference(), "mine@3"); // back to it
    EXPECT_EQ(templates.add("also", "x").digest, sha256("x"));
    temporary.reopen();
    Templates again{*temporary.project};
    EXPECT_THAT(referencesIn(again),
                ElementsAre("also@1=x", "mine@3=one", "mine@2=two", "mine@1=one"));
    EXPECT_EQ(again.find("mine")->version, 3);
    EXPECT_EQ(again.find("mine@2")->source, "two");
    EXPECT_FALSE(again.find("mine@4"));
    EXPECT_FALSE(again.find("other"));
    EXPECT_FALSE(again.find("mine@x"));
}

TEST(Templates, NamesAreThoseThatACommandCanWrite)
{
    TemporaryProject temporary;
    Templates templates{*temporary.project};
    for (const char* name : {"", "a b", "a@1", "../x", "ä"}) {
        EXPECT_THROW(static_cast<void>(templates.add(name, "x")), Error) << name;
    }
    EXPECT_THROW(static_cast<void>(templates.add(std::string(65, 'a'), "x")), Error);
    EXPECT_NO_THROW(static_cast<void>(templates.add(std::string(64, 'a'), "x")));
}

TEST(Templates, TheProjectsChoiceComesBackWithItsText)
{
    TemporaryProject temporary;
    Templates templates{*temporary.project};
    EXPECT_TRUE(templates.choice().templateName.empty());
    EXPECT_TRUE(templates.choice().selection.is_null());

    static_cast<void>(templates.add("mine", "one"));
    templates.choose({.templateName = "mine@1", .selection = {{"select", "bm25"}}});
    static_cast<void>(templates.add("mine", "two"));
    EXPECT_EQ(templates.choice().templateName, "mine@1");
    EXPECT_EQ(templates.choice().templateSource, "one");
    EXPECT_EQ(templates.choice().selection.at("select"), "bm25");

    templates.choose({.templateName = "lamp-4", .selection = nullptr});
    EXPECT_EQ(templates.choice().templateName, "lamp-4");
    EXPECT_TRUE(templates.choice().templateSource.empty());
    EXPECT_TRUE(templates.choice().selection.is_null());
}

TEST(Templates, TheOneInUseIsNotRemoved)
{
    TemporaryProject temporary;
    Templates templates{*temporary.project};
    static_cast<void>(templates.add("mine", "one"));
    static_cast<void>(templates.add("mine", "two"));
    templates.choose({.templateName = "mine@1", .selection = nullptr});
    try {
        static_cast<void>(templates.remove("mine"));
        FAIL() << "it was removed";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("uses the template \"mine\""));
    }
    templates.choose({.templateName = "", .selection = nullptr});
    EXPECT_TRUE(templates.remove("mine"));
    EXPECT_TRUE(templates.all().empty());
    EXPECT_FALSE(templates.remove("mine"));
}

} // namespace
} // namespace nextquill::store
