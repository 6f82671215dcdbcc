// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/ItemImport.h"

#include "core/base/Utf8.h"
#include "core/store/import/ImportBatch.h"

namespace nextquill::store {

Reject rejectOf(const SourceText& record, const std::string& file, const std::string& reason)
{
    const std::string_view whole = record.original.empty() ? record.text : record.original;
    std::string text = toUtf8(whole.substr(0, longestRejectText));
    if (text.size() > longestRejectText) { // U+FFFD may be longer than what it replaces
        text = cutAtWord(text, longestRejectText);
    }
    return {.file = file,
            .line = record.line,
            .byte = record.byte,
            .reason = reason,
            .text = std::move(text)};
}

void importItems(RecordSource& source, const std::string& name, ImportBatch& batch,
                 const OnRejectedItem& onRejected, const StopToken& stop,
                 const std::function<void()>& onLine)
{
    RecordParser parser;
    while (const auto record = source.next()) {
        stopPoint(stop);
        const ItemLine line = record->problem.empty()
                                  ? parser.item(record->text)
                                  : ItemLine{.reason = std::string{record->problem}};
        if (line.reason.empty()) {
            batch.completeItem(line.item);
        } else {
            onRejected(rejectOf(*record, name, line.reason));
        }
        onLine();
    }
}

} // namespace nextquill::store
