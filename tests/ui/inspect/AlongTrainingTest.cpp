// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/AlongTraining.h"

#include "core/store/Histories.h"
#include "core/store/Splits.h"
#include "core/workflow/ProjectRun.h"

#include "ui/inspect/MeasuredText.h"
#include "ui/inspect/ModelStack.h"
#include "ui/widgets/TokenView.h"
#include "ui/widgets/charts/LineChart.h"

#include "tests/support/Fixtures.h"
#include "tests/support/OwnDeviceLocks.h"
#include "tests/ui/histories/SessionTest.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSlider>

namespace nextquill::ui {
namespace {

/// A stack of models in a project with one run of two steps, each with its checkpoint.
class AlongTrainings : public SessionTest
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_temporary.import(testing::histories(4, 8));
        train(model.string());
        openWith({});
        NoProgress quiet;
        MeasureRequest request;
        request.project = m_temporary.file();
        request.model = model.string();
        request.example = inProject([](store::Project& project) {
            return store::Histories{project}.timeline(UserId{1}).front().review.id;
        });
        m_inspection = measureText(*m_session.sharedModels(), request, {}, quiet).inspection;
        m_stack = std::make_unique<ModelStack>(m_session);
        show(*m_stack);
        m_stack->setInspection(m_inspection);
        Q_EMIT m_session.runsChanged();
        ASSERT_TRUE(waitFor([this] { return runs().count() == 2; }));
    }
    void TearDown() override { m_stack.reset(); }

    void train(const std::string& model)
    {
        NoProgress quiet;
        static_cast<void>(store::Splits{*m_temporary.project}.create(
            {.name = "small", .rule = store::SplitRule::ByUser, .minimumHistory = 2}));
        m_temporary.project.reset();
        train::TrainingSettings settings;
        settings.lowRank.rank = 4;
        settings.accumulation = 1;
        settings.maxSteps = 2;
        settings.checkpointEvery = 1;
        settings.learningRate = 0.05; // two steps are to be seen
        settings.warmupRatio = 0;     // else the first one changes nothing
        settings.device = "cpu";
        settings.dtype = "float32";
        settings.maxPromptTokens = 400;
        settings.maxTargetTokens = 32;
        settings.evaluateLimit = 1;
        train::RunControl control;
        const store::RunRow run = workflow::prepareRun(
            m_temporary.file(),
            {.model = model, .split = "small", .name = "try", .settings = settings});
        static_cast<void>(workflow::executeRun(m_temporary.file(), run.name, {}, quiet, control));
        m_run = QString::fromStdString(run.name);
    }

    [[nodiscard]] AlongTraining& training() { return m_stack->alongTraining(); }
    [[nodiscard]] QComboBox& runs() { return find<QComboBox>(*m_stack, "trainingRun"); }
    [[nodiscard]] QSlider& slider() { return find<QSlider>(*m_stack, "trainingStep"); }
    [[nodiscard]] TokenView& text() { return find<TokenView>(*m_stack, "stackStep"); }
    [[nodiscard]] QString cost() { return find<QLabel>(*m_stack, "trainingCost").text(); }
    [[nodiscard]] QList<float> values()
    {
        QList<float> values;
        for (const TokenText::Token& token : text().text().tokens) {
            values << token.value;
        }
        return values;
    }

    testing::OwnDeviceLocks m_locks{m_temporary.folder};
    QString m_run;
    ModelStack::InspectionPtr m_inspection;
    std::unique_ptr<ModelStack> m_stack;
};

TEST_F(AlongTrainings, SayWhatItCostsAndMeasureNothingBefore)
{
    EXPECT_FALSE(slider().isVisible());
    training().chooseRun(m_run);
    EXPECT_EQ(training().steps(), 3); // before training, 1, 2
    EXPECT_EQ(slider().value(), 2);
    EXPECT_TRUE(cost().startsWith(QStringLiteral("3 steps to measure, about ")))
        << cost().toStdString();
    QTest::qWait(50);
    EXPECT_EQ(training().measuredSteps(), 0);
    EXPECT_TRUE(values().isEmpty());
}

TEST_F(AlongTrainings, ColourTheTextBySteps)
{
    training().chooseRun(m_run);
    find<QPushButton>(*m_stack, "trainingMeasure").click();
    ASSERT_TRUE(waitFor([this] { return training().measuredSteps() == 3; }));
    EXPECT_EQ(cost(), QStringLiteral("All steps are measured."));
    const QList<float> trained = values();
    ASSERT_EQ(std::ssize(trained), std::ssize(m_inspection->effects.tokens));
    slider().setFocus();
    QTest::keyClick(&slider(), Qt::Key_Home);
    EXPECT_EQ(find<QLabel>(*m_stack, "trainingAt").text(), QStringLiteral("before training"));
    const QList<float> before = values(); // at once
    EXPECT_NE(before, trained);
    EXPECT_NEAR(before[2], m_inspection->effects.tokens[2].pce(), 1e-6);
    QTest::keyClick(&slider(), Qt::Key_Right);
    EXPECT_NE(values(), before);
    EXPECT_NE(values(), trained);
    const LineChart::Series means = find<LineChart>(*m_stack, "trainingChart").data(0);
    EXPECT_EQ(means.x, (QList<double>{0, 1, 2}));
    EXPECT_NEAR(means.y[0], m_inspection->effects.meanPce(), 1e-6);
}

TEST_F(AlongTrainings, MeasureTheStepThatTheSliderIsAt)
{
    training().chooseRun(m_run);
    training().goBy(-1);
    EXPECT_EQ(slider().value(), 1);
    EXPECT_TRUE(values().isEmpty());
    ASSERT_TRUE(waitFor([this] { return !values().isEmpty(); }));
    EXPECT_EQ(training().measuredSteps(), 1);
    // The same token is marked, and its numbers are said with the others'.
    find<TokenView>(*m_stack, "stackText0").setCurrentToken(2);
    EXPECT_EQ(text().currentToken(), 2);
    EXPECT_TRUE(find<QLabel>(*m_stack, "stackNumbers").text().contains(m_run));
}

TEST_F(AlongTrainings, ForgetWhatWasMeasuredOfAnotherText)
{
    training().chooseRun(m_run);
    training().measureAll();
    ASSERT_TRUE(waitFor([this] { return training().measuredSteps() == 3; }));
    m_stack->setInspection(std::make_shared<workflow::Inspection>(*m_inspection));
    EXPECT_EQ(training().measuredSteps(), 3); // the same text, measured further
    Q_EMIT m_session.runsChanged();           // and what the ledger says anew
    QTest::qWait(50);
    EXPECT_EQ(training().run(), m_run);
    EXPECT_EQ(training().measuredSteps(), 3);
    auto other = std::make_shared<workflow::Inspection>(*m_inspection);
    other->text += "!";
    m_stack->setInspection(other);
    EXPECT_EQ(training().measuredSteps(), 0);
    training().chooseRun({});
    EXPECT_EQ(training().steps(), 0);
    EXPECT_FALSE(text().isVisible());
}

} // namespace
} // namespace nextquill::ui
