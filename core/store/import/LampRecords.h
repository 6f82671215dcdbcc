// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/JsonFields.h"
#include "core/store/import/SourceRecord.h"

#include <filesystem>
#include <vector>

namespace nextquill::store {

/// Reads `*_outputs.json`: {"task", "golds": [{"id", "output"}]}.
///
/// Throws Error(BadInput) when the file is none of these, or larger than 256 MiB.
[[nodiscard]] GoldOutputs readGoldOutputs(const std::filesystem::path& file);

/// "train_outputs.json" beside "train_questions.json"; empty when there is none.
[[nodiscard]] std::filesystem::path goldOutputsBeside(const std::filesystem::path& questions);

/// A question of LaMP (all seven tasks, by user or by time): what its user wrote before, and the
/// question's output as a text about the question's input. What the user wrote is the title in
/// tasks that ask for titles (1, 4, 5, 6), the tag or category in those that ask for one (2), else
/// the text; what it was written about is the item's description. A question without an output (of
/// a test set) brings its past texts alone.
///
/// What our own export adds is read: item, rating, title and exact time of each text.
///
/// A user is `user_id`; a question without one is a user of its own, as in the benchmark. Past
/// texts without a date stand in their order, as timeOfPosition() has it.
[[nodiscard]] std::vector<IncomingReview> lampQuestion(const JsonObject& question,
                                                       const GoldOutputs& golds);

/// A record of LongLaMP (abstracts, product reviews, topics; by user or by time), in the same
/// manner. Its user is `name`, `reviewerId` or `author`.
[[nodiscard]] std::vector<IncomingReview> longLampRecord(const JsonObject& record);

} // namespace nextquill::store
