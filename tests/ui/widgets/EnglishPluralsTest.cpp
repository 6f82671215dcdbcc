// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/EnglishPlurals.h"

#include <QCoreApplication>

#include <gtest/gtest.h>

namespace nextquill::ui {
namespace {

TEST(EnglishPlurals, GiveCountedMessagesTheirForm)
{
    EnglishPlurals plurals;
    ASSERT_TRUE(QCoreApplication::installTranslator(&plurals));
    const auto shown = [](int count) {
        return QCoreApplication::translate("Test", "%n past text(s) in the prompt", nullptr, count)
            .toStdString();
    };
    EXPECT_EQ(shown(0), "0 past texts in the prompt");
    EXPECT_EQ(shown(1), "1 past text in the prompt");
    EXPECT_EQ(shown(7), "7 past texts in the prompt");
    EXPECT_EQ(QCoreApplication::translate("Test", "Open (s)").toStdString(), "Open (s)");
    QCoreApplication::removeTranslator(&plurals);
}

} // namespace
} // namespace nextquill::ui
