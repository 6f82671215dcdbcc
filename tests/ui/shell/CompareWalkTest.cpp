// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/CompareColumn.h"
#include "ui/compare/CompareView.h"
#include "ui/project/ModelBox.h"
#include "ui/widgets/MessageBar.h"
#include "ui/widgets/TokenView.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/shell/WindowTest.h"

#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

namespace nextquill::ui {
namespace {

TEST_F(WindowTest, ComparesThreeTextsWithTheUsersOwn)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    openSample();
    m_window->showPlace(3);
    const QString folder = QString::fromStdString(model.string());
    for (const char* name : {"baseModel", "personalModel"}) {
        auto& box = find<ModelBox>(QString::fromLatin1(name));
        ASSERT_TRUE(waitFor([&box] { return box.count() > 0; }));
        box.setModel(folder);
    }
    find<QSpinBox>(QStringLiteral("length")).setValue(12);
    m_window->compare().showExample(someExample());
    auto& own = find<CompareColumn>(QStringLiteral("column3"));
    ASSERT_TRUE(waitFor([&own] { return !own.text().isEmpty(); }));

    QTest::mouseClick(&find<QPushButton>(QStringLiteral("generate")), Qt::LeftButton);
    for (const char* name : {"column0", "column1", "column2"}) {
        auto& column = find<CompareColumn>(QString::fromLatin1(name));
        auto& scores = find<QLabel>(QStringLiteral("scores"), &column);
        EXPECT_TRUE(waitFor([&scores] { return !scores.text().isEmpty(); }))
            << name << " has no scores. "
            << find<MessageBar>(QStringLiteral("messageBar")).text().toStdString();
    }
    // Only a text written with a history has effects of it.
    EXPECT_TRUE(find<CompareColumn>(QStringLiteral("column0")).view().text().tokens.isEmpty());
    EXPECT_FALSE(find<CompareColumn>(QStringLiteral("column1")).view().text().tokens.isEmpty());
}

} // namespace
} // namespace nextquill::ui
