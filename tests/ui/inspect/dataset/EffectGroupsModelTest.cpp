// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/dataset/EffectGroupsModel.h"

#include "ui/inspect/dataset/EffectPlacesModel.h"

#include <QAbstractItemModelTester>

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace nextquill::ui {
namespace {

std::string cell(const QAbstractItemModel& model, int row, int column)
{
    return model.data(model.index(row, column), Qt::DisplayRole).toString().toStdString();
}

TEST(EffectGroupsModel, HasARowForEachGroupOnOneScale)
{
    EffectGroupsModel model{QStringLiteral("Class")};
    const QAbstractItemModelTester tester{&model};
    model.setGroups(
        std::make_shared<std::vector<workflow::EffectGroup>>(std::vector<workflow::EffectGroup>{
            {.name = "content words",
             .texts = 3,
             .tokens = 1'200,
             .pce = {.mean = 0.02, .low = 0.01, .high = 0.04},
             .shareAbove = 0.125,
             .bits = 33.25},
            {.name = "numbers", .texts = 2, .pce = {.mean = -0.05, .low = -0.06}}}));
    ASSERT_EQ(model.rowCount(), 2);
    EXPECT_EQ(cell(model, 0, EffectGroupsModel::Name), "content words");
    EXPECT_EQ(cell(model, 0, EffectGroupsModel::MeanPce), "+0.0200");
    EXPECT_EQ(cell(model, 0, EffectGroupsModel::Above), "12.5 %");
    EXPECT_EQ(cell(model, 0, EffectGroupsModel::Tokens), "1,200");
    EXPECT_EQ(cell(model, 1, EffectGroupsModel::MeanPce), "-0.0500");
    EXPECT_DOUBLE_EQ(model.data(model.index(0, 0), EffectGroupsModel::LongestRole).toDouble(),
                     0.06);
    const QString spoken =
        model.data(model.index(0, EffectGroupsModel::Bar), Qt::AccessibleTextRole).toString();
    EXPECT_TRUE(spoken.contains(QStringLiteral("mean PCE +0.0200"))) << spoken.toStdString();
}

TEST(EffectPlacesModel, ShowsThePlaceWithTheWordsAround)
{
    EffectPlacesModel model;
    const QAbstractItemModelTester tester{&model};
    const std::string text = "The bass is killer bass, and nothing else.";
    const auto texts = std::make_shared<const std::vector<workflow::MeasuredText>>(
        std::vector<workflow::MeasuredText>{
            {.example = ExampleId{5}, .userName = "A2K4", .itemTitle = "Blue", .text = text}});
    model.setTexts(texts);
    model.setPlaces({{.example = ExampleId{5}, .bytes = {.begin = 11, .end = 18}, .pce = 0.35},
                     {.example = ExampleId{6}}});
    ASSERT_EQ(model.rowCount(), 2);
    EXPECT_EQ(cell(model, 0, EffectPlacesModel::User), "A2K4");
    EXPECT_EQ(cell(model, 0, EffectPlacesModel::MeanPce), "+0.3500");
    EXPECT_EQ(cell(model, 0, EffectPlacesModel::Place),
              "The bass is \u00bbkiller\u00ab bass, and nothing else.");
    EXPECT_EQ(cell(model, 1, EffectPlacesModel::Place), ""); // a text that is gone
}

} // namespace
} // namespace nextquill::ui
