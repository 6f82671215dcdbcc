// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/Decoder.h"
#include "core/store/Histories.h"
#include "core/store/Project.h"
#include "core/store/Splits.h"
#include "core/train/TrainingSettings.h"
#include "core/workflow/ProjectExamples.h"

#include "tests/support/BuiltInSample.h"
#include "tests/support/Fixtures.h"
#include "tests/support/OwnDeviceLocks.h"
#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <utility>

namespace nextquill::workflow::testing {

/// The embedded sample as a project of its own, and a tiny model (context 512) to work with.
class SampleProject : public ::testing::Test
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_model = model;
        m_file = m_folder / "sample.nextquill";
        nextquill::testing::writeSampleProject(m_file);
        m_project = store::Project::open(m_file, store::OpenMode::ReadWrite);
    }

    /// A text with at least this many reviews before it.
    [[nodiscard]] store::ExampleData example(std::size_t atLeast, std::size_t atMost = 1000)
    {
        store::Histories histories{*m_project};
        for (const store::User& user : histories.users({.limit = 1000})) {
            for (const store::ReviewRow& row : histories.timeline(user.id)) {
                store::ExampleData data = histories.example(row.review.id);
                if (data.history.size() >= atLeast && data.history.size() <= atMost) {
                    return data;
                }
            }
        }
        throw std::runtime_error{"the sample has no such text"};
    }

    /// A split of few examples with both other parts.
    store::Split smallSplit()
    {
        return store::Splits{*m_project}.create({.name = "small",
                                                 .rule = store::SplitRule::ByUser,
                                                 .minimumHistory = 4,
                                                 .maximumTargetsPerUser = 1,
                                                 .validationShare = 0.1,
                                                 .testShare = 0.1});
    }

    [[nodiscard]] std::unique_ptr<model::Decoder> decoder()
    {
        return model::Decoder::load(model::ModelFiles::open(m_model),
                                    {.device = "cpu", .dtype = model::ComputeType::Float32},
                                    std::nullopt, {}, m_progress);
    }

    static train::TrainingSettings quickTraining()
    {
        train::TrainingSettings settings;
        settings.lowRank.rank = 4;
        settings.accumulation = 2;
        settings.maxSteps = 2;
        settings.device = "cpu";
        settings.dtype = "float32";
        settings.maxPromptTokens = 400;
        settings.maxTargetTokens = 64;
        settings.evaluateLimit = 2;
        return settings;
    }

    NoProgress m_progress;
    nextquill::testing::TemporaryFolder m_folder;
    nextquill::testing::OwnDeviceLocks m_locks{m_folder};
    std::filesystem::path m_model;
    std::filesystem::path m_file;
    std::unique_ptr<store::Project> m_project;
};

} // namespace nextquill::workflow::testing
