// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/Error.h"
#include "core/base/EventLog.h"
#include "core/base/Utf8.h"

#include "app/cli/ExitStatus.h"
#include "app/cli/QueueCommands.h"

#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <memory>
#include <thread>

namespace nextquill::app {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds watchRest{50};
constexpr int restsBetweenReads = 10; // half a second

std::string figureIn(const Json& event, const char* key)
{
    const auto found = event.find(key);
    return found != event.end() && found->is_number() ? fmt::format("{:.4g}", found->get<double>())
                                                      : "-";
}

std::string textIn(const Json& event, const char* key)
{
    const auto found = event.find(key);
    return found != event.end() && found->is_string()
               ? escapedForDisplay(found->get<std::string>(), 1000)
               : std::string{};
}

/// An event in words. What another program wrote may lack anything.
std::string lineOf(const Json& event)
{
    const std::string kind = textIn(event, "event");
    const std::string head = fmt::format("{:<10} {:>7}", kind, figureIn(event, "step"));
    if (kind == "step") {
        return fmt::format("{}  loss {}  mean PCE {}  lr {}  {} tokens/s", head,
                           figureIn(event, "loss"), figureIn(event, "mean_pce"),
                           figureIn(event, "lr"), figureIn(event, "tokens_per_second"));
    }
    if (kind == "evaluate") {
        return fmt::format("{}  held-out loss {}  mean PCE {}", head, figureIn(event, "loss"),
                           figureIn(event, "mean_pce"));
    }
    if (kind == "start") {
        return fmt::format("{}  {} steps, {} records", head, figureIn(event, "steps"),
                           figureIn(event, "records"));
    }
    const std::string more = textIn(event, kind == "checkpoint" ? "path" : "message");
    return more.empty() ? head : head + "  " + more;
}

/// Whether a run whose newest event this is has come to its end.
bool isEnd(const Json& event)
{
    const std::string kind = textIn(event, "event");
    return kind == "done" || kind == "stop" || kind == "error";
}

int watch(const fs::path& folder, Context& context)
{
    if (!fs::exists(folder / "run.toml") && !fs::exists(folder / "events.jsonl")) {
        throw Error{ErrorKind::BadInput, "the folder holds no run", folder.string(),
                    "name a folder with a run.toml"};
    }
    EventReader reader{folder / "events.jsonl"};
    const StopToken stop = context.interrupt.token();
    Json last = Json::object();
    while (!isEnd(last)) {
        for (Json& event : reader.poll()) {
            if (context.out.json) {
                context.out.line(OrderedJson(event));
            } else {
                context.out.text(lineOf(event));
            }
            last = std::move(event);
        }
        for (int look = 0; look < restsBetweenReads && !isEnd(last); ++look) {
            stopPoint(stop);
            std::this_thread::sleep_for(watchRest);
        }
    }
    return textIn(last, "event") == "error" ? exitFailed : exitDone;
}

} // namespace

void addWatchCommand(CLI::App& runs, Context& context)
{
    const auto folder = std::make_shared<fs::path>();
    CLI::App* const command = runs.add_subcommand(
        "watch", "Follows a run by its folder, wherever it is trained, until it ends");
    command->footer("The folder is only read; it may be mounted, or a copy that grows. --json "
                    "passes the events on as they are.");
    command->add_option("DIR", *folder, "The run's folder")->required();
    command->callback([folder, &context] {
        context.action = [folder, &context] { return watch(*folder, context); };
    });
}

} // namespace nextquill::app
