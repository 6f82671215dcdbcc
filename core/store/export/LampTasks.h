// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Json.h"
#include "core/store/export/ReviewSelection.h"

#include <optional>
#include <string>
#include <string_view>

namespace nextquill::store {

// How a review is told in the tasks of LaMP and LongLaMP. The fields are the benchmarks', the
// instructions are our own words around the marks (`article:`, `description:` …) by which their
// programs find the query. Where reviews have titles, tasks about headlines take these; where they
// have none, as after an import of the benchmark itself, the headline is the text and what it is
// about the item's description.

/// What a task makes of a review, as a clause. Tasks are 1 to 7.
[[nodiscard]] std::string_view lampTaskMeaning(int task);

/// A text of the profile without its date; none where it has not what the task asks for.
[[nodiscard]] std::optional<OrderedJson> lampPast(int task, const Review& review, const Item& item);

/// What is asked, and what is the answer to it.
struct LampQuestion
{
    std::string input;
    std::string output;
};

/// `other` is an item that the user did not review, of which task 1 asks; none in the others. None
/// where the review has not what the task asks for.
[[nodiscard]] std::optional<LampQuestion> lampQuestion(int task, const ExportRow& row,
                                                       const std::optional<Item>& other);

[[nodiscard]] std::string_view name(LongLampTask task);
[[nodiscard]] std::string_view longLampTaskMeaning(LongLampTask task);
[[nodiscard]] std::string_view longLampUserField(LongLampTask task); ///< "reviewerId" and its like
[[nodiscard]] OrderedJson longLampPast(LongLampTask task, const Review& review, const Item& item);
[[nodiscard]] std::string longLampInput(LongLampTask task, const ExportRow& row);

} // namespace nextquill::store
