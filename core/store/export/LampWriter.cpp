// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/store/SplitPlan.h"
#include "core/store/export/ExampleProfiles.h"
#include "core/store/export/LampTasks.h"
#include "core/store/import/TimeText.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <set>

namespace nextquill::store {

namespace {

/// The task whose targets are texts, and whose folder our importer reads again as it was.
constexpr int taskOfTexts = 7;
constexpr std::size_t lengthOfDay = 10; // "2013-05-01"

/// LaMP's own names of the parts.
std::string_view lampName(const std::optional<SplitPart>& part)
{
    if (!part) {
        return "all";
    }
    return *part == SplitPart::Validation ? "dev" : name(*part);
}

/// The day, as the benchmark's split by time has it, and the time, as our importer reads it.
void addTime(OrderedJson& object, const Review& review)
{
    const std::string time = timeText(review.time);
    object["date"] = time.substr(0, lengthOfDay);
    object["time"] = time;
}

/// What LaMP has not and our importer reads: with it the folder gives the same reviews again.
void addRest(OrderedJson& object, const Review& review, const Item& item)
{
    object["title"] = review.title;
    object["score"] = fmt::format("{}", review.rating);
    addTime(object, review);
    object["item_title"] = item.title;
    object["item_description"] = item.description;
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

/// Items that a user did not review, drawn by what is asked.
class OtherItems
{
public:
    explicit OtherItems(Project& project)
        : m_histories{project}
    {
        constexpr int itemsOfPage = 10'000;
        std::optional<ItemId> last;
        for (auto page = m_histories.items(last, itemsOfPage); !page.empty();
             page = m_histories.items(last, itemsOfPage)) {
            for (const Item& item : page) {
                m_ids.push_back(item.id);
            }
            last = m_ids.back();
        }
    }

    [[nodiscard]] std::optional<Item> draw(const ExportRow& row,
                                           const std::vector<PastText>& profile) const
    {
        std::set<ItemId> own{row.item.id};
        for (const PastText& past : profile) {
            own.insert(past.item.id);
        }
        const std::uint64_t key = drawKey(sha256(row.user + '\n' + row.item.asin));
        for (std::size_t i = 0; i < m_ids.size() && i <= own.size(); ++i) {
            const ItemId id = m_ids[(key + i) % m_ids.size()];
            if (!own.contains(id)) {
                return m_histories.findItem(id);
            }
        }
        return std::nullopt;
    }

private:
    Histories m_histories;
    std::vector<ItemId> m_ids;
};

/// `train_questions.json`, `train_outputs.json` and their like.
class LampWriter final : public ExampleProfiles
{
public:
    LampWriter(const ExportPlace& place, int task)
        : ExampleProfiles{place}
        , m_task{task}
        , m_folder{place.to, place.existing}
    {
        if (task == 1) {
            m_others.emplace(place.project);
        }
    }

    [[nodiscard]] std::int64_t leftOut() const override { return m_leftOut; }

    std::vector<ExportedFile> finish(const DataCard& card) override
    {
        endFiles();
        if (m_files.empty()) {
            throw Error{ErrorKind::BadInput,
                        fmt::format("no review has what LaMP {} asks for: {}", m_task,
                                    lampTaskMeaning(m_task)),
                        place().to.string(), "choose another task"};
        }
        m_files.push_back(writeReadme(m_folder.path(), cardText(card, m_files)));
        m_folder.putInPlace();
        return placedIn(place().to, m_files);
    }

private:
    void writeTarget(const ExportRow& target, const std::vector<PastText>& profile) override
    {
        const auto made =
            lampQuestion(m_task, target, m_others ? m_others->draw(target, profile) : std::nullopt);
        if (!made) {
            ++m_leftOut;
            return;
        }
        if (!m_questions || m_part != target.part) {
            begin(target.part);
        }
        const std::string id = fmt::format("{}", m_questionCount++);
        OrderedJson question{{"id", id},
                             {"input", made->input},
                             {"profile", profileOf(profile)},
                             {"user_id", target.user}};
        if (m_task == taskOfTexts) {
            question["item_id"] = target.item.asin;
            addRest(question, target.review, target.item);
        } else {
            addTime(question, target.review);
        }
        m_questions->add(question);
        m_outputs->add({{"id", id}, {"output", made->output}});
    }

    [[nodiscard]] OrderedJson profileOf(const std::vector<PastText>& profile) const
    {
        OrderedJson texts = OrderedJson::array();
        for (const PastText& past : profile) {
            auto text = lampPast(m_task, past.review, past.item);
            if (!text) {
                continue;
            }
            if (m_task == taskOfTexts) {
                addRest(*text, past.review, past.item);
            } else {
                addTime(*text, past.review);
            }
            texts.push_back(std::move(*text));
        }
        return texts;
    }

    void begin(const std::optional<SplitPart>& part)
    {
        endFiles();
        m_part = part;
        const auto at = [&](std::string_view what) {
            return m_folder.path() / fmt::format("{}_{}.json", lampName(part), what);
        };
        m_questions.emplace(at("questions"), "[", "\n]\n");
        m_outputs.emplace(at("outputs"),
                          fmt::format("{{\"task\": \"LaMP_{}\", \"golds\": [", m_task), "\n]}\n");
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

    int m_task;
    ExportFolder m_folder;
    std::optional<OtherItems> m_others; ///< of task 1
    std::optional<ArrayFile> m_questions;
    std::optional<ArrayFile> m_outputs;
    std::optional<SplitPart> m_part;
    std::int64_t m_questionCount = 0;
    std::int64_t m_leftOut = 0;
    std::vector<ExportedFile> m_files;
};

} // namespace

std::unique_ptr<ExportWriter> lampWriter(const ExportPlace& place, int task)
{
    return std::make_unique<LampWriter>(place, task);
}

} // namespace nextquill::store
