// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/Utf8.h"
#include "core/store/Project.h"
#include "core/store/table/Histogram.h"
#include "core/store/table/SavedViews.h"
#include "core/store/table/TableIndices.h"
#include "core/store/table/TableReader.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/ProjectCommand.h"
#include "app/cli/TableCommands.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <memory>

namespace nextquill::app {

namespace {

constexpr int rowsOfPage = 1'000;

struct TableOptions
{
    std::filesystem::path project;
    RowOptions rows;
    std::string view;
    std::string sort;
    std::vector<std::string> columns;
    int limit = 20;
    std::int64_t from = 0;
    std::string build;
    std::string drop;
};

store::TableQuery queryFrom(const TableOptions& options, store::Project& project)
{
    const store::TableKind table = options.rows.kind();
    store::TableQuery query{
        .filter = options.rows.filter(), .order = {}, .columns = options.columns};
    if (!options.view.empty()) {
        const auto view = store::SavedViews{project}.find(table, options.view);
        if (!view) {
            throw Error{ErrorKind::BadInput, "there is no view \"" + options.view + "\"",
                        options.project.string(), "see `nextquill data views`"};
        }
        query.order = view->order;
        query.columns = query.columns.empty() ? view->columns : query.columns;
        query.filter = store::FilterExpression::parse(table, view->filter.toText() + ' ' +
                                                                 query.filter.toText());
    }
    if (!options.sort.empty()) {
        query.order = store::orderFrom(table, options.sort);
    }
    if (query.columns.empty()) {
        query.columns = store::firstColumns(table);
        query.columns.insert(query.columns.begin(), "id");
    }
    query.longestText = 0;
    return query;
}

OrderedJson cellJson(const store::TableColumn& column, const store::Cell& cell)
{
    if (column.type == store::ColumnType::Flag) {
        return std::get<std::int64_t>(cell) != 0;
    }
    return std::visit(
        [](const auto& value) -> OrderedJson {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
                return nullptr;
            } else {
                return value;
            }
        },
        cell);
}

/// Rows as they come: in words each is a line of fields, in JSON an object.
class RowPrinter
{
public:
    RowPrinter(const store::TableQuery& query, Context& context)
        : m_context{context}
    {
        std::string names;
        for (const std::string& name : query.columns) {
            m_columns.push_back(&store::columnOf(query.filter.table(), name));
            names += (names.empty() ? "" : "\t") + name;
        }
        context.out.text(names);
    }

    void add(const store::TableRow& row)
    {
        constexpr std::size_t longest = 80;
        OrderedJson object;
        std::string line;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            object[std::string{m_columns[i]->name}] = cellJson(*m_columns[i], row.cells[i]);
            line += (i == 0 ? "" : "\t") +
                    escapedForDisplay(store::cellText(*m_columns[i], row.cells[i]), longest);
        }
        m_context.out.text(line);
        m_rows.push_back(std::move(object));
    }

    [[nodiscard]] OrderedJson take() { return std::move(m_rows); }

private:
    Context& m_context;
    std::vector<const store::TableColumn*> m_columns;
    OrderedJson m_rows = OrderedJson::array();
};

/// The first page, wherever in the table it begins.
store::TablePage firstPage(const store::TableReader& reader, const store::TableQuery& query,
                           const TableOptions& options, Context& context)
{
    const int limit = std::min(options.limit, rowsOfPage);
    const StopToken stop = context.interrupt.token();
    if (options.from == 0) {
        return reader.page(query, {.from = store::PageFrom::Start, .key = {}, .limit = limit}, stop,
                           context.out);
    }
    const store::TableFences fences =
        reader.fences(query, [](const store::TableFences&) {}, stop, context.out);
    if (options.from >= fences.rows) {
        return {.rows = {}, .atStart = false, .atEnd = true};
    }
    return reader.pageAt(query, fences, options.from, limit, stop, context.out);
}

int listRows(const TableOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::TableReader reader{*project};
    const store::TableQuery query = queryFrom(options, *project);
    RowPrinter printer{query, context};
    store::TablePage page = firstPage(reader, query, options, context);
    for (int left = options.limit;;) {
        for (const store::TableRow& row : page.rows) {
            printer.add(row);
        }
        left -= static_cast<int>(page.rows.size());
        if (left <= 0 || page.atEnd || page.rows.empty()) {
            break;
        }
        page = reader.page(query,
                           {.from = store::PageFrom::After,
                            .key = page.rows.back().key,
                            .limit = std::min(left, rowsOfPage)},
                           context.interrupt.token(), context.out);
    }
    context.out.endProgress();
    context.out.document({{"table", store::nameOf(query.filter.table())},
                          {"where", query.filter.toText()},
                          {"sort", store::toText(query.order)},
                          {"more", !page.atEnd},
                          {"rows", printer.take()}});
    return exitDone;
}

int countRows(const TableOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    const store::TableQuery query = queryFrom(options, *project);
    const store::TableReader reader{*project};
    const store::TableFences fences = reader.fences(
        query, [](const store::TableFences&) {}, context.interrupt.token(), context.out);
    context.out.endProgress();
    const std::int64_t total = reader.total(query.filter.table());
    context.out.text(
        fmt::format("{} of {} {}", fences.rows, total, store::nameOf(query.filter.table())));
    context.out.document({{"table", store::nameOf(query.filter.table())},
                          {"where", query.filter.toText()},
                          {"rows", fences.rows},
                          {"total", total}});
    return exitDone;
}

int showHistograms(const TableOptions& options, Context& context)
{
    const auto project = store::Project::open(options.project, store::OpenMode::ReadOnly);
    TableOptions bars = options;
    if (bars.columns.empty()) {
        for (const store::TableColumn& column : store::columnsOf(options.rows.kind())) {
            if (column.hasHistogram) {
                bars.columns.emplace_back(column.name);
            }
        }
    }
    OrderedJson all = OrderedJson::array();
    const store::TableQuery query = queryFrom(bars, *project);
    for (const store::Histogram& histogram : store::histograms(
             *project, query.filter, query.columns, [](const auto&) {}, context.interrupt.token(),
             context.out)) {
        context.out.text(fmt::format("{}, {} rows", histogram.column, histogram.rows));
        OrderedJson barsJson = OrderedJson::array();
        for (const store::HistogramBar& bar : histogram.bars) {
            context.out.text(fmt::format("  {:<28} {:>10}", bar.typed, bar.rows));
            barsJson.push_back(
                {{"where", bar.typed}, {"low", bar.low}, {"high", bar.high}, {"rows", bar.rows}});
        }
        all.push_back({{"column", histogram.column},
                       {"rows", histogram.rows},
                       {"bars", std::move(barsJson)}});
    }
    context.out.endProgress();
    context.out.document({{"histograms", std::move(all)}});
    return exitDone;
}

int indices(const TableOptions& options, Context& context)
{
    const bool changes = !options.build.empty() || !options.drop.empty();
    const auto project = store::Project::open(options.project, changes ? store::OpenMode::ReadWrite
                                                                       : store::OpenMode::ReadOnly);
    const StopToken stop = context.interrupt.token();
    if (options.build == "all") {
        store::buildMissingIndices(*project, stop, context.out);
    } else if (!options.build.empty()) {
        store::buildIndex(*project, options.build, stop, context.out);
    }
    if (!options.drop.empty()) {
        store::dropIndex(*project, options.drop, stop, context.out);
    }
    context.out.endProgress();
    OrderedJson rows = OrderedJson::array();
    for (const store::TableIndex& index : store::tableIndices(*project)) {
        context.out.text(fmt::format("{:<8} {:<8} {}", index.name,
                                     index.isThere ? "there" : "missing", index.serves));
        rows.push_back({{"index", index.name}, {"serves", index.serves}, {"there", index.isThere}});
    }
    context.out.document({{"indices", std::move(rows)}});
    return exitDone;
}

void addRowsOptions(CLI::App& command, const std::shared_ptr<TableOptions>& options)
{
    addTableOption(command, options->rows.table);
    command.add_option("--where", options->rows.where,
                       "Rows that match: rating:5 words:40.. title:\"free jazz\" search:WORDS");
    command.add_option("--view", options->view, "Rows, order and columns of a saved view");
}

void addListOptions(CLI::App& command, const std::shared_ptr<TableOptions>& options)
{
    addRowsOptions(command, options);
    command.add_option("--sort", options->sort, "Column; -COLUMN: descending");
    command.add_option("--columns", options->columns, "Which ones, as COLUMN,COLUMN")
        ->delimiter(',');
    command.add_option("--from", options->from, "Number of the first row, from 0")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 40));
    command.add_option("--limit", options->limit, "Rows at most")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
}

} // namespace

void addRowListing(CLI::App& list, Context& context, std::function<int()> otherwise,
                   std::function<void(int)> limit, std::function<std::filesystem::path()> project)
{
    const auto options = std::make_shared<TableOptions>();
    addListOptions(list, options);
    list.callback([&list, options, &context, otherwise, limit, project] {
        const char* const asked[] = {"--table", "--where",   "--view",
                                     "--sort",  "--columns", "--from"};
        const bool rows =
            std::ranges::any_of(asked, [&](const char* name) { return list.count(name) > 0; });
        limit(options->limit);
        options->project = project();
        context.action = [rows, options, &context, otherwise] {
            return rows ? listRows(*options, context) : otherwise();
        };
    });
}

void addDataTable(CLI::App& data, Context& context)
{
    const auto options = std::make_shared<TableOptions>();
    CLI::App* const count = addProjectCommand(data, options, context, "count",
                                              "How many rows match a filter", countRows);
    addRowsOptions(*count, options);
    CLI::App* const bars =
        addProjectCommand(data, options, context, "histogram",
                          "How many rows have which values in a column", showHistograms);
    addRowsOptions(*bars, options);
    bars->add_option("--columns", options->columns, "Which ones; all that can be counted")
        ->delimiter(',');
    CLI::App* const index =
        addProjectCommand(data, options, context, "index",
                          "What makes tables fast: shown, built, taken out", indices);
    index->add_option("--build", options->build, "time, rating, words, search, or all");
    index->add_option("--drop", options->drop, "time, rating, words or search");
}

} // namespace nextquill::app
