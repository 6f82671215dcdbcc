// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/ExampleProfiles.h"
#include "core/store/export/LampTasks.h"
#include "core/store/import/TimeText.h"

#include <optional>

namespace nextquill::store {

namespace {

/// LongLaMP's own names of the parts.
std::string_view longLampName(const std::optional<SplitPart>& part)
{
    if (!part) {
        return "all";
    }
    return *part == SplitPart::Validation ? "val" : name(*part);
}

/// `train.jsonl`, `val.jsonl` and `test.jsonl`.
class LongLampWriter final : public ExampleProfiles
{
public:
    LongLampWriter(const ExportPlace& place, LongLampTask task)
        : ExampleProfiles{place}
        , m_task{task}
        , m_folder{place.to, place.existing}
    {
    }

    std::vector<ExportedFile> finish(const DataCard& card) override
    {
        endFile();
        m_files.push_back(writeReadme(m_folder.path(), cardText(card, m_files)));
        m_folder.putInPlace();
        return placedIn(place().to, m_files);
    }

private:
    void writeTarget(const ExportRow& target, const std::vector<PastText>& profile) override
    {
        if (!m_file || m_part != target.part) {
            endFile();
            m_part = target.part;
            m_file.emplace(m_folder.path() / (std::string{longLampName(m_part)} + ".jsonl"));
        }
        OrderedJson texts = OrderedJson::array();
        for (const PastText& past : profile) {
            texts.push_back(longLampPast(m_task, past.review, past.item));
            texts.back()["time"] = timeText(past.review.time);
        }
        const OrderedJson row{{std::string{longLampUserField(m_task)}, target.user},
                              {"input", longLampInput(m_task, target)},
                              {"output", target.review.text},
                              {"profile", std::move(texts)},
                              {"time", timeText(target.review.time)}};
        m_file->writeRow(toLine(row) + '\n');
    }

    void endFile()
    {
        if (m_file) {
            m_files.push_back(m_file->finish(Existing::Keep));
            m_files.back().path = m_files.back().path.filename();
            m_file.reset();
        }
    }

    LongLampTask m_task;
    ExportFolder m_folder;
    std::optional<ExportFile> m_file;
    std::optional<SplitPart> m_part;
    std::vector<ExportedFile> m_files;
};

} // namespace

std::unique_ptr<ExportWriter> longLampWriter(const ExportPlace& place, LongLampTask task)
{
    return std::make_unique<LongLampWriter>(place, task);
}

} // namespace nextquill::store
