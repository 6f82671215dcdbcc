// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Id.h"
#include "core/base/Progress.h"
#include "core/store/Markups.h"
#include "core/store/Templates.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::store {

class Project;

struct User
{
    UserId id{};
    std::string name;           ///< the source's id of the user, unique in a project
    std::int64_t reviews = 0;   ///< not excluded
    std::int64_t firstTime = 0; ///< milliseconds since 1970, UTC; 0 without reviews
    std::int64_t lastTime = 0;
    double meanWords = 0; ///< of the reviews' texts
    double meanRating = 0;
};

struct Item
{
    ItemId id{};
    std::string asin;        ///< the source's key (parent_asin), unique in a project
    std::string title;       ///< may be empty: metadata not imported
    std::string description; ///< paragraphs joined by a space; may be empty
    std::int64_t reviews = 0;
};

/// What a person reads: the title, or the key of an item that has none.
[[nodiscard]] inline const std::string& titleOf(const Item& item)
{
    return item.title.empty() ? item.asin : item.title;
}

struct Review
{
    ReviewId id{};
    UserId user{};
    ItemId item{};
    double rating = 0; ///< usually 1-5
    std::string title;
    std::string text;
    std::int64_t time = 0; ///< milliseconds since 1970, UTC
    bool excluded = false; ///< kept, but in no history and no split; so are deleted ones
};

/// A review with the names that a person reads.
struct ReviewRow
{
    Review review;
    std::string userName;
    std::string itemTitle; ///< the item's key where it has no title
};

/// A target with all that its prompt needs.
struct ExampleData
{
    Review target;
    Item item;
    std::string userName;
    std::vector<Review>
        history; ///< strictly earlier than the target, newest first, excluded left out
    std::vector<Item> historyItems; ///< parallel to `history`
    std::vector<MarkupRow> markups; ///< that were given to the project
    PromptChoice prompting;         ///< of the project
};

struct Counts
{
    std::int64_t users = 0;
    std::int64_t items = 0;
    std::int64_t reviews = 0; ///< not excluded
    std::int64_t excluded = 0;
    std::int64_t rejects = 0;
    std::int64_t deleted = 0; ///< by curation; in none of the others
};

enum class UserOrder { Name, MostReviews, NewestFirst };

/// A page of a list: keyset paging, never OFFSET. Pass the last row's position to go on.
struct UserPage
{
    UserOrder order = UserOrder::MostReviews;
    std::string nameContains; ///< case-insensitive; empty: all
    std::int64_t minimumReviews = 0;
    std::optional<User> after; ///< the last row of the page before
    int limit = 200;
};

/// Which reviews to list; fields left empty do not filter.
struct ReviewFilter
{
    std::optional<UserId> user;
    std::optional<ItemId> item;
    std::optional<double> minimumRating;
    std::optional<double> maximumRating;
    std::string search;       ///< words, "phrases", prefix*, AND OR NOT; matched in title and text
    bool withExcluded = true; ///< deleted ones are left out anyway
    std::optional<ReviewId> after; ///< keyset: rows with a greater id
    int limit = 200;
};

/// Reads users, items and reviews of a project, and changes them where a person curates.
///
/// Threads  as the project. Every list is a page; nothing loads a whole table.
/// Throws   Error(Storage); Error(BadInput) for a search expression that cannot be read
class Histories
{
public:
    explicit Histories(Project& project)
        : m_project{project}
    {
    }

    [[nodiscard]] Counts counts() const;

    [[nodiscard]] std::vector<User> users(const UserPage& page) const;
    [[nodiscard]] std::optional<User> findUser(std::string_view name) const;
    [[nodiscard]] std::optional<User> findUser(UserId id) const;

    [[nodiscard]] std::optional<Item> findItem(ItemId id) const;
    [[nodiscard]] std::optional<Item> findItem(std::string_view asin) const;
    /// The user of this name, the item of this key. Throws Error(BadInput) when there is none.
    [[nodiscard]] User userCalled(std::string_view name) const;
    [[nodiscard]] Item itemWithKey(std::string_view asin) const;
    /// Items by key, for lists; `after` is the last id of the page before.
    [[nodiscard]] std::vector<Item> items(std::optional<ItemId> after, int limit) const;

    [[nodiscard]] std::optional<Review> findReview(ReviewId id) const;
    [[nodiscard]] std::vector<ReviewRow> reviews(const ReviewFilter& filter) const;

    /// All reviews of a user, newest first, with their items' titles.
    [[nodiscard]] std::vector<ReviewRow> timeline(UserId user) const;

    /// The target and its history. Throws Error(BadInput) when there is no such review.
    [[nodiscard]] ExampleData example(ExampleId id) const;

    /// A text that a user has not written: about this item, after all his reviews. The target has
    /// neither id nor text. Throws Error(BadInput) when there is no such user or item.
    [[nodiscard]] ExampleData unwritten(UserId user, ItemId item) const;

    /// Changes whether reviews take part. One undoable step named `what`; nothing when empty.
    void setExcluded(const std::vector<ReviewId>& reviews, bool excluded, const std::string& what);
    void setText(ReviewId review, const std::string& text, const std::string& what);

    /// Takes back the newest step, or does it again; returns its name, none when there is none.
    std::optional<std::string> undo();
    std::optional<std::string> redo();

private:
    void addHistory(ExampleData& data) const;

    Project& m_project;
};

} // namespace nextquill::store
