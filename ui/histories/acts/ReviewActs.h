// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/store/table/Selection.h"

#include "ui/histories/acts/ActQueue.h"

#include <QString>

#include <optional>
#include <vector>

namespace nextquill::ui {

// Acts on reviews and users, worded for the window: what is said while they are done and
// afterwards, with the number that they changed. `what` names the rows: "12 reviews".

[[nodiscard]] Act excluding(const store::Selection& rows, const QString& what);
[[nodiscard]] Act including(const store::Selection& rows, const QString& what);
/// With a key: the tag gets it (0: none), which is no step.
[[nodiscard]] Act tagging(const store::Selection& rows, const QString& what, const QString& tag,
                          std::optional<int> key = {});
[[nodiscard]] Act untagging(const store::Selection& rows, const QString& what, const QString& tag);
[[nodiscard]] Act deleting(const store::Selection& rows, const QString& what);

/// The reviews of the others become those of `into`.
[[nodiscard]] Act merging(const std::vector<UserId>& users, UserId into, const QString& intoName);

/// What is to be new of a review; each makes a step of its own.
struct ReviewEdit
{
    std::optional<QString> title;
    std::optional<QString> text;
    std::optional<double> rating;

    [[nodiscard]] bool isEmpty() const { return !title && !text && !rating; }
};

[[nodiscard]] Act editing(ReviewId review, const ReviewEdit& edit);

} // namespace nextquill::ui
