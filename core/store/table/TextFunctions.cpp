// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/table/TextFunctions.h"

#include "core/store/Connection.h"
#include "core/store/table/TextPattern.h"

#include <sqlite3.h>

#include <exception>
#include <memory>
#include <string_view>

namespace nextquill::store {

namespace {

std::string_view textOf(sqlite3_value* value)
{
    const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return text == nullptr
               ? std::string_view{}
               : std::string_view{text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

/// What is made of a function's second argument is kept by SQLite while that stays the same.
template<typename Made, typename Make, typename Test>
void withMade(sqlite3_context* context, sqlite3_value** values, Make make, Test test) noexcept
{
    try {
        auto* made = static_cast<Made*>(sqlite3_get_auxdata(context, 1));
        std::unique_ptr<Made> fresh;
        if (made == nullptr) {
            fresh = make(textOf(values[1]));
            made = fresh.get();
        }
        sqlite3_result_int(context, test(*made, textOf(values[0])) ? 1 : 0);
        if (fresh) {
            sqlite3_set_auxdata(context, 1, fresh.release(),
                                [](void* old) { delete static_cast<Made*>(old); });
        }
    } catch (const std::exception& failure) {
        sqlite3_result_error(context, failure.what(), -1);
    }
}

void contains(sqlite3_context* context, int /*count*/, sqlite3_value** values)
{
    withMade<TextPart>(
        context, values, [](std::string_view part) { return std::make_unique<TextPart>(part); },
        [](const TextPart& part, std::string_view text) { return part.isIn(text); });
}

void matches(sqlite3_context* context, int /*count*/, sqlite3_value** values)
{
    withMade<TextPattern>(
        context, values,
        [](std::string_view expression) {
            return std::make_unique<TextPattern>(expression.substr(1), expression.starts_with('i'));
        },
        [](TextPattern& pattern, std::string_view text) { return pattern.matches(text); });
}

} // namespace

void addTextFunctions(Connection& connection)
{
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    sqlite3* const database = connection.database().getHandle();
    sqlite3_create_function_v2(database, "nq_contains", 2, flags, nullptr, contains, nullptr,
                               nullptr, nullptr);
    sqlite3_create_function_v2(database, "nq_matches", 2, flags, nullptr, matches, nullptr, nullptr,
                               nullptr);
}

} // namespace nextquill::store
