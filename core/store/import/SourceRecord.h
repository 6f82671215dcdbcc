// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/import/ImportRecord.h"
#include "core/store/import/Importer.h"
#include "core/store/import/NameNumbers.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nextquill::store {

/// The outputs of LaMP's questions by their ids.
using GoldOutputs = std::unordered_map<std::string, std::string>;

struct IncomingItem
{
    std::string asin;
    std::string title;
    std::string description;
};

/// A review as a source has it, or the reason why it cannot be taken.
struct IncomingReview
{
    std::string user;
    IncomingItem item; ///< title and description where the record has them
    double rating = 0;
    std::string title;
    std::string text;
    std::int64_t time = 0; ///< milliseconds
    std::int64_t line = 0; ///< where it stands in its source; 0: not known
    bool excluded = false; ///< as it was in the project that it comes from
    std::string content; ///< what makes two the same: 16 bytes of a digest of user, item, time and
                         ///< text; by complete()
    std::int64_t words = 0; ///< of the text; by complete()
    std::string reason;     ///< empty: it can be taken
    NameNumber userNumber;  ///< where a pipe numbers them
    NameNumber itemNumber;
};

/// Computes content and words.
void complete(IncomingReview& review);

/// What one line of metadata says, or why it cannot be taken.
struct ItemLine
{
    IncomingItem item;
    std::string reason;
};

/// What a line looks like.
struct Recognised
{
    std::optional<SourceFormat> format;
    std::string fields;               ///< the names that were seen, for people
    std::vector<std::string> columns; ///< the same, one by one
    FieldMap map;                     ///< how a free record is read
};

/// Reads single records of all formats. Keeps its buffers from line to line, those of a long one
/// excepted.
///
/// A record is refused, with the limit as reason, when it nests deeper than 64, has an object of
/// more than 4,096 keys, a string of more than 16 MiB or more than 4,194,304 values.
class RecordParser
{
public:
    /// `map` says how free records are read, where their usual names do not.
    explicit RecordParser(FieldMap map = {});
    ~RecordParser();
    RecordParser(const RecordParser&) = delete;
    RecordParser& operator=(const RecordParser&) = delete;

    /// Before the first record of each source, or the first that was not read before; `golds` are
    /// the outputs of LaMP's questions there.
    void beginSource(bool isTable, GoldOutputs golds, const SourceReading& from = {});

    /// How the records of this source are read so far, for another parser's beginSource().
    [[nodiscard]] SourceReading reading() const;

    /// The next free record is that of this number in its source.
    void goTo(std::int64_t position);

    [[nodiscard]] Recognised recognise(std::string_view record);

    /// The reviews of one record: one, but for records of users. At least one, so that a bad record
    /// counts.
    [[nodiscard]] std::vector<IncomingReview> reviews(SourceFormat format, std::string_view record);

    [[nodiscard]] ItemLine item(std::string_view line);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace nextquill::store
