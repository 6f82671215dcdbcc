// SPDX-License-Identifier: GPL-3.0-or-later
//
// Constants: get_{linear,cosine,constant}_schedule_with_warmup of Transformers 5.23.0 with a rate
// of 1; warm-up steps: TrainingArguments.get_warmup_steps of the same.
#include "core/train/LearningRate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace nextquill::train {

namespace {

std::vector<double> rates(Schedule schedule, double warmupRatio)
{
    TrainingSettings settings;
    settings.learningRate = 1;
    settings.schedule = schedule;
    settings.warmupRatio = warmupRatio;
    std::vector<double> all;
    for (std::int64_t step = 1; step <= 10; ++step) {
        all.push_back(learningRate(settings, step, 10));
    }
    return all;
}

void expectRates(const std::vector<double>& actual, const std::vector<double>& expected)
{
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(actual[i], expected[i], 1e-15) << "step " << i + 1;
    }
}

TEST(LearningRate, LinearIsTransformers)
{
    expectRates(rates(Schedule::Linear, 0.3),
                {0.0, 0.3333333333333333, 0.6666666666666666, 1.0, 0.8571428571428571,
                 0.7142857142857143, 0.5714285714285714, 0.42857142857142855, 0.2857142857142857,
                 0.14285714285714285});
    expectRates(rates(Schedule::Linear, 0), {1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1});
}

TEST(LearningRate, CosineIsTransformers)
{
    expectRates(rates(Schedule::Cosine, 0.3),
                {0.0, 0.3333333333333333, 0.6666666666666666, 1.0, 0.9504844339512095,
                 0.8117449009293668, 0.6112604669781572, 0.38873953302184283, 0.18825509907063326,
                 0.04951556604879048});
    expectRates(rates(Schedule::Cosine, 0),
                {1.0, 0.9755282581475768, 0.9045084971874737, 0.7938926261462366,
                 0.6545084971874737, 0.5, 0.34549150281252633, 0.2061073738537635,
                 0.09549150281252633, 0.024471741852423234});
}

TEST(LearningRate, ConstantStaysAfterTheWarmup)
{
    expectRates(rates(Schedule::Constant, 0.3),
                {0.0, 0.3333333333333333, 0.6666666666666666, 1, 1, 1, 1, 1, 1, 1});
    expectRates(rates(Schedule::Constant, 0), {1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
}

TEST(LearningRate, WarmupOverTheWholeRunOnlyRises)
{
    expectRates(rates(Schedule::Linear, 1), {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9});
}

TEST(LearningRate, WarmupStepsAreRoundedUp)
{
    EXPECT_EQ(warmupSteps(0.01, 10), 1);
    EXPECT_EQ(warmupSteps(0.01, 100), 1);
    EXPECT_EQ(warmupSteps(0.01, 101), 2);
    EXPECT_EQ(warmupSteps(0.1, 30), 3);
    EXPECT_EQ(warmupSteps(0.03, 1000), 30);
    EXPECT_EQ(warmupSteps(0, 7), 0);
}

TEST(LearningRate, FirstStepIsZeroWithAWarmupAndFullWithout)
{
    TrainingSettings settings;
    settings.learningRate = 5e-6;
    settings.warmupRatio = 0.01;

    EXPECT_EQ(learningRate(settings, 1, 100), 0);
    EXPECT_EQ(learningRate(settings, 2, 100), 5e-6);
    settings.warmupRatio = 0;
    EXPECT_EQ(learningRate(settings, 1, 100), 5e-6);
}

TEST(LearningRate, RunOfOneStepHasAFiniteRate)
{
    TrainingSettings settings;
    for (const Schedule schedule : {Schedule::Linear, Schedule::Cosine, Schedule::Constant}) {
        for (const double ratio : {0.0, 0.5, 1.0}) {
            settings.schedule = schedule;
            settings.warmupRatio = ratio;
            EXPECT_TRUE(std::isfinite(learningRate(settings, 1, 1)));
        }
    }
}

} // namespace

} // namespace nextquill::train
