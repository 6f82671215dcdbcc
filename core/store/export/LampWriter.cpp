// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/HistoryRule.h"
#include "core/store/Project.h"
#include "core/store/export/ExportWriter.h"
#include "core/store/import/TimeText.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace nextquill::store {

namespace {

/// The task whose targets are texts; LaMP's own evaluation takes ROUGE for it.
constexpr std::string_view lampTask = "LaMP_7";
constexpr std::size_t lengthOfDay = 10; // "2013-05-01"

/// LaMP's own names of the parts.
std::string_view lampName(const std::optional<SplitPart>& part)
{
    if (!part) {
        return "all";
    }
    return *part == SplitPart::Validation ? "dev" : name(*part);
}

/// What LaMP has of a text (its day, its score), and what it has not and our importer reads.
void addRest(OrderedJson& object, const Review& review, const Item& item)
{
    const std::string time = timeText(review.time);
    object["title"] = review.title;
    object["score"] = fmt::format("{}", review.rating);
    object["date"] = time.substr(0, lengthOfDay);
    object["time"] = time;
    object["item_title"] = item.title;
    object["item_description"] = item.description;
}

OrderedJson pastObject(const Review& review, const Item& item)
{
    OrderedJson object{{"id", item.asin}, {"text", review.text}};
    addRest(object, review, item);
    return object;
}

std::string inputFor(const ExportRow& row)
{
    return fmt::format("Write the review that this user would write. item: {} description: {} "
                       "rating: {} title: {}",
                       titleOf(row.item), row.item.description, row.review.rating,
                       row.review.title);
}

/// Elements of a JSON array in a file.
class ArrayFile
{
public:
    ArrayFile(const std::filesystem::path& place, std::string_view opening,
              std::string_view closing)
        : m_file{place}
        , m_closing{closing}
    {
        m_file.write(opening);
    }

    void add(const OrderedJson& element)
    {
        m_file.writeRow((m_any ? ",\n" : "\n") + toLine(element));
        m_any = true;
    }

    ExportedFile finish()
    {
        m_file.write(m_closing);
        return m_file.finish(Existing::Keep);
    }

private:
    ExportFile m_file;
    std::string m_closing;
    bool m_any = false;
};

/// `train_questions.json`, `train_outputs.json` and their like.
class LampWriter final : public ExportWriter
{
public:
    explicit LampWriter(const ExportPlace& place)
        : m_place{place}
        , m_folder{place.to, place.existing}
    {
    }

    void write(const ExportRow& row) override
    {
        if (m_place.ofSplit) {
            writeExample(row);
            return;
        }
        if (!m_timeline.empty() && m_timeline.front().review.user != row.review.user) {
            endTimeline();
        }
        m_timeline.push_back(row);
    }

    std::vector<ExportedFile> finish(const DataCard& card) override
    {
        endTimeline();
        endFiles();
        ExportFile readme{m_folder.path() / "README.md"};
        readme.write(cardText(card, m_files));
        m_files.push_back(readme.finish(Existing::Keep));
        m_folder.putInPlace();
        return placedIn(m_place.to, m_files);
    }

private:
    void writeExample(const ExportRow& row)
    {
        const ExampleData example = Histories{m_place.project}.example(row.review.id);
        OrderedJson profile = OrderedJson::array();
        for (std::size_t i = example.history.size(); i-- > 0;) { // oldest first
            profile.push_back(pastObject(example.history[i], example.historyItems[i]));
        }
        writeQuestion(row, profile);
    }

    /// The user's newest texts are targets.
    void endTimeline()
    {
        if (m_timeline.empty()) {
            return;
        }
        const std::int64_t newest = m_timeline.back().review.time;
        OrderedJson profile = OrderedJson::array();
        for (const ExportRow& row : m_timeline) {
            if (isHistory(row.review.time, newest)) {
                profile.push_back(pastObject(row.review, row.item));
            }
        }
        for (const ExportRow& row : m_timeline) {
            if (!isHistory(row.review.time, newest)) {
                writeQuestion(row, profile);
            }
        }
        m_timeline.clear();
    }

    void writeQuestion(const ExportRow& row, const OrderedJson& profile)
    {
        if (!m_questions || m_part != row.part) {
            begin(row.part);
        }
        const std::string id = fmt::format("{}", m_questionCount++);
        OrderedJson question{{"id", id},
                             {"input", inputFor(row)},
                             {"profile", profile},
                             {"user_id", row.user},
                             {"item_id", row.item.asin}};
        addRest(question, row.review, row.item);
        m_questions->add(question);
        m_outputs->add({{"id", id}, {"output", row.review.text}});
    }

    void begin(const std::optional<SplitPart>& part)
    {
        endFiles();
        m_part = part;
        const auto place = [&](std::string_view what) {
            return m_folder.path() / fmt::format("{}_{}.json", lampName(part), what);
        };
        m_questions.emplace(place("questions"), "[", "\n]\n");
        m_outputs.emplace(place("outputs"),
                          fmt::format("{{\"task\": \"{}\", \"golds\": [", lampTask), "\n]}\n");
    }

    void endFiles()
    {
        for (std::optional<ArrayFile>* const file : {&m_questions, &m_outputs}) {
            if (*file) {
                m_files.push_back((*file)->finish());
                m_files.back().path = m_files.back().path.filename();
                file->reset();
            }
        }
    }

    ExportPlace m_place;
    ExportFolder m_folder;
    std::optional<ArrayFile> m_questions;
    std::optional<ArrayFile> m_outputs;
    std::optional<SplitPart> m_part;
    std::int64_t m_questionCount = 0;
    std::vector<ExportRow> m_timeline; ///< of the user that is under way
    std::vector<ExportedFile> m_files;
};

} // namespace

std::unique_ptr<ExportWriter> lampWriter(const ExportPlace& place)
{
    return std::make_unique<LampWriter>(place);
}

} // namespace nextquill::store
