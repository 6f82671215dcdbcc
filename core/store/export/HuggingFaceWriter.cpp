// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/Project.h"
#include "core/store/export/ExportWriter.h"
#include "core/store/export/ReviewLines.h"
#include "core/store/import/TimeText.h"

#include <fmt/format.h>
#include <optional>

namespace nextquill::store {

namespace {

constexpr std::int64_t bytesOfShard = std::int64_t{256} << 20;

/// A review as the authors' records have it.
OrderedJson recordReview(const Review& review, const Item& item)
{
    return {{"asin", item.asin},
            {"item_title", item.title},
            {"item_description", item.description},
            {"rating", review.rating},
            {"title", review.title},
            {"text", review.text},
            {"timestamp", review.time},
            {"time", timeText(review.time)}};
}

/// `data/train-00000.jsonl` and its like, and the card.
class HuggingFaceWriter final : public ExportWriter
{
public:
    explicit HuggingFaceWriter(const ExportPlace& place)
        : m_place{place}
        , m_folder{place.to, place.existing}
    {
        std::filesystem::create_directory(m_folder.path() / "data");
    }

    void write(const ExportRow& row) override
    {
        const SplitPart part = row.part.value_or(SplitPart::Train);
        if (!m_file || m_part != part || m_file->bytes() >= bytesOfShard) {
            begin(part);
        }
        m_file->writeRow(toLine(m_place.ofSplit ? record(row) : reviewObject(row, m_columns)) +
                         '\n');
    }

    std::vector<ExportedFile> finish(const DataCard& card) override
    {
        endFile();
        m_files.push_back(writeReadme(m_folder.path(), frontMatter(card, m_files, m_place.ofSplit) +
                                                           cardText(card, m_files)));
        m_folder.putInPlace();
        return placedIn(m_place.to, m_files);
    }

private:
    void begin(SplitPart part)
    {
        endFile();
        m_shard = m_part == part ? m_shard + 1 : 0;
        m_part = part;
        m_file.emplace(m_folder.path() / "data" /
                       fmt::format("{}-{:05}.jsonl", name(part), m_shard));
    }

    void endFile()
    {
        if (m_file) {
            m_files.push_back(m_file->finish(Existing::Keep));
            m_files.back().path = std::filesystem::path{"data"} / m_files.back().path.filename();
            m_file.reset();
        }
    }

    [[nodiscard]] OrderedJson record(const ExportRow& row) const
    {
        const ExampleData example = Histories{m_place.project}.example(row.review.id);
        OrderedJson profile = OrderedJson::array();
        for (std::size_t i = example.history.size(); i-- > 0;) { // oldest first
            profile.push_back(recordReview(example.history[i], example.historyItems[i]));
        }
        return {{"user_id", row.user},
                {"profile", std::move(profile)},
                {"data", recordReview(row.review, row.item)}};
    }

    ExportPlace m_place;
    ExportFolder m_folder;
    std::vector<RowColumn> m_columns = rowColumns({}, false);
    std::optional<ExportFile> m_file;
    std::optional<SplitPart> m_part; ///< none yet
    int m_shard = 0;
    std::vector<ExportedFile> m_files;
};

} // namespace

std::unique_ptr<ExportWriter> huggingFaceWriter(const ExportPlace& place)
{
    return std::make_unique<HuggingFaceWriter>(place);
}

} // namespace nextquill::store
