// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspect/HistoryInquiry.h"
#include "ui/inspect/MeasuredText.h"

#include "tests/support/Fixtures.h"
#include "tests/ui/histories/SessionTest.h"

#include <memory>
#include <string>

namespace nextquill::ui {

/// A text of one user and his past texts of three sentences each, the oldest of them of seventeen,
/// read by a tiny model.
class AskedHistory : public SessionTest
{
protected:
    void SetUp() override
    {
        NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
        m_model = QString::fromStdString(model.string());
        std::string lines;
        constexpr int reviews = 4;
        for (int review = 0; review < reviews; ++review) {
            const std::string number = std::to_string(review);
            std::string text = "Good. Bad " + number + ". Fine.";
            if (review == 0) {
                text.clear();
                for (int sentence = 0; sentence < 17; ++sentence) {
                    text += "Go. ";
                }
            }
            lines +=
                testing::reviewLine("user0", "item" + number, 1'000'000 + 1'000 * review, text);
        }
        openWith(lines);
        MeasureRequest request;
        request.project = m_temporary.file();
        request.model = model.string();
        request.example = inProject([](store::Project& project) {
            return store::Histories{project}.timeline(UserId{1}).front().review.id;
        });
        m_inspection = measureText(*m_session.sharedModels(), request, {}, m_quiet).inspection;
        ASSERT_EQ(m_inspection->history.size(), 3U);
    }
    [[nodiscard]] HistoryInquiry inquiry()
    {
        return {m_session.sharedModels(), m_temporary.file(), m_model.toStdString(), m_inspection};
    }
    /// The same with the effect of each past text.
    [[nodiscard]] std::shared_ptr<workflow::Inspection> attributed()
    {
        auto further = std::make_shared<workflow::Inspection>(*m_inspection);
        further->attribution = inquiry().attribution({}, {}, m_quiet);
        return further;
    }

    QString m_model;
    std::shared_ptr<const workflow::Inspection> m_inspection;
    NoProgress m_quiet;
};

} // namespace nextquill::ui
