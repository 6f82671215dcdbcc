// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/export/LeakNote.h"

#include "core/base/Counted.h"
#include "core/store/import/TimeText.h"

#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace nextquill::store {

namespace {

/// The file is a stranger's: a kind that is none of ours is called that.
std::string_view meaningOf(std::string_view kind)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> explained{{
        {"text-in-history", "whose words, all and in their order, are a review of the user's own"},
        {"shared-runs", "most of whose runs of words stand in the user's own reviews"},
        {"same-item", "about an item that the user had reviewed"},
        {"time-order", "held out, but not later than what the user's training has"},
        {"other-user", "whose words another user wrote, too"},
    }};
    for (const auto& [name, meaning] : explained) {
        if (name == kind) {
            return meaning;
        }
    }
    return "of a kind that this program does not know";
}

std::string lineOf(const LeakCount& count)
{
    const auto& [train, validation, test] = count.ofParts;
    std::string line =
        fmt::format("  - {} {}", counted(train + validation + test, "target", "targets"),
                    meaningOf(count.kind));
    if (train + validation + test > 0) {
        line += fmt::format(" ({} test, {} validation, {} train)", test, validation, train);
    }
    if (count.sameMoment > 0) {
        line += fmt::format("; of these {} by reviews of the same moment alone, which are in no "
                            "history",
                            count.sameMoment);
    }
    return line + "\n";
}

} // namespace

std::string leakNote(const std::optional<LeakCheck>& check)
{
    if (!check) {
        return "- whether histories give their targets away was not looked for (`nextquill data "
               "leaks` does)\n";
    }
    std::string note = fmt::format(
        "- leaks between histories and targets were looked for on {}{}: {}, more than {:.0f} % of "
        "runs of {} in common\n",
        timeText(check->time), check->isCurrent ? "" : ", and the project was changed since",
        counted(check->targets, "target", "targets"), 100 * check->threshold,
        counted(check->runWords, "word", "words"));
    for (const LeakCount& count : check->counts) {
        note += lineOf(count);
    }
    return note;
}

} // namespace nextquill::store
