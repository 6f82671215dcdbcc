// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/HistoryVariants.h"
#include "core/workflow/Inspection.h"

#include "tests/core/workflow/SampleProject.h"

#include <array>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

namespace nextquill::workflow::testing {

/// A text of the sample with several short past reviews, inspected and attributed.
class InspectedText : public SampleProject
{
protected:
    static constexpr std::size_t reviews = 3;

    void SetUp() override
    {
        SampleProject::SetUp();
        if (IsSkipped()) {
            return;
        }
        m_decoder = decoder();
        m_settings.budget.promptTokens = 480;
        m_settings.target.targetTokens = 24;
        m_data = example(reviews);
        m_data.history.resize(reviews);
        m_data.historyItems.resize(reviews);
        m_data.item.description.clear(); // all must fit the tiny model's context
        m_data.item.title = "K";
        m_data.target.title = "T";
        for (std::size_t i = 0; i < reviews; ++i) {
            m_data.history[i].text = "Fine. No " + std::to_string(i) + "!";
            m_data.history[i].title = "T";
            m_data.historyItems[i].title = "I" + std::to_string(i);
            m_data.historyItems[i].description.clear();
        }
        m_inspection =
            inspect(m_data, *m_decoder, "tiny", m_settings, std::nullopt, true, {}, m_progress);
        ASSERT_EQ(m_inspection.history.size(), reviews);
        m_variants = std::make_unique<HistoryVariants>(m_data, m_decoder->files(), m_settings,
                                                       m_inspection.effects.tokens.size());
    }

    /// p(y_t) after a history, measured as an example of its own.
    std::vector<float> pOf(const store::ExampleData& data, ExampleSettings settings)
    {
        const std::array examples{twinExampleFor(data, m_decoder->files(), settings)};
        const auto effects =
            causal::measurePreferenceEffects(*m_decoder, examples, {}, {}, m_progress);
        std::vector<float> p;
        for (const causal::TokenEffect& token : effects[0].tokens) {
            p.push_back(token.p_h);
        }
        return p;
    }

    /// The same after some of the reviews in some order.
    std::vector<float> pOf(const std::vector<std::size_t>& history)
    {
        store::ExampleData data = m_data;
        data.history.clear();
        data.historyItems.clear();
        for (const std::size_t i : history) {
            data.history.push_back(m_data.history[i]);
            data.historyItems.push_back(m_data.historyItems[i]);
        }
        return pOf(data, m_settings);
    }

    static double textLogp(const std::vector<float>& p)
    {
        double sum = 0;
        for (const float value : p) {
            sum += std::log(static_cast<double>(value));
        }
        return sum;
    }

    std::unique_ptr<model::Decoder> m_decoder;
    ExampleSettings m_settings;
    store::ExampleData m_data;
    Inspection m_inspection;
    std::unique_ptr<HistoryVariants> m_variants;
};

} // namespace nextquill::workflow::testing
