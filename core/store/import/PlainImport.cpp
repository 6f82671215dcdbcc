// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/PlainImport.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/store/Connection.h"

#include <fmt/format.h>
#include <fstream>
#include <string>

namespace nextquill::store {

namespace {

void addRow(Query& insert, const Json& review)
{
    insert
        .with(review.at("user_id").get_ref<const std::string&>(),
              review.at("parent_asin").get_ref<const std::string&>(),
              review.at("timestamp").get<std::int64_t>(), review.at("rating").get<double>(),
              review.at("title").get_ref<const std::string&>(),
              review.at("text").get_ref<const std::string&>())
        .run();
}

} // namespace

std::int64_t importPlainly(const std::filesystem::path& reviews,
                           const std::filesystem::path& database, const StopToken& stop)
{
    std::ifstream lines{reviews};
    if (!lines || !std::ofstream{database, std::ios::app}) { // connections make no files
        throw Error{ErrorKind::Storage, "the file cannot be opened",
                    (lines ? database : reviews).string(), "check its folder and its rights"};
    }
    Connection connection{database, Access::Create};
    connection.useWriteAheadLog();
    connection.execute("CREATE TABLE reviews (user TEXT, item TEXT, time INTEGER, rating REAL, "
                       "title TEXT, text TEXT)");
    Transaction transaction{connection};
    Query insert{connection, "INSERT INTO reviews VALUES (?, ?, ?, ?, ?, ?)"};
    std::int64_t rows = 0;
    for (std::string line; std::getline(lines, line); ++rows) {
        stopPoint(stop);
        try {
            addRow(insert, Json::parse(line));
        } catch (const Json::exception& problem) {
            throw Error{ErrorKind::BadInput,
                        std::string{"the line is no review: "} + problem.what(),
                        fmt::format("{}, line {}", reviews.string(), rows + 1),
                        "give lines of Amazon's release of 2023"};
        }
    }
    transaction.commit();
    return rows;
}

} // namespace nextquill::store
