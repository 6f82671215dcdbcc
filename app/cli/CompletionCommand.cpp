// SPDX-License-Identifier: GPL-3.0-or-later
//
// Shell completion, made from the same table of commands and options that parsing uses.
#include "app/cli/Commands.h"
#include "app/cli/ExitStatus.h"

#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <string>
#include <vector>

namespace nextquill::app {

namespace {

std::vector<const CLI::App*> commandsOf(const CLI::App& app)
{
    return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string namesOf(const std::vector<const CLI::App*>& commands)
{
    std::string names;
    for (const CLI::App* command : commands) {
        names += (names.empty() ? "" : " ") + command->get_name();
    }
    return names;
}

std::string optionsOf(const CLI::App& app)
{
    std::string names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            names += (names.empty() ? "--" : " --") + name;
        }
    }
    return names;
}

/// Words that may follow each path of commands: "data split" → its options.
void collect(const CLI::App& app, const std::string& path, const std::string& global,
             std::vector<std::pair<std::string, std::string>>& words)
{
    for (const CLI::App* command : commandsOf(app)) {
        const std::string own =
            path.empty() ? command->get_name() : path + " " + command->get_name();
        words.emplace_back(own, namesOf(commandsOf(*command)) + " " + optionsOf(*command) + " " +
                                    global);
        collect(*command, own, global, words);
    }
}

std::string bashScript(const CLI::App& app)
{
    std::vector<std::pair<std::string, std::string>> words;
    collect(app, "", optionsOf(app), words);
    std::string cases;
    for (const auto& [path, list] : words) {
        cases += fmt::format("        \"{}\") words=\"{}\" ;;\n", path, list);
    }
    return "_nextquill()\n{\n    local path=\"\" word words\n"
           "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
           "        case \"$word\" in -*) break ;; esac\n"
           "        case \" " +
           namesOf(commandsOf(app)) +
           " \" in *\" $word \"*) [ -z \"$path\" ] && path=$word && continue ;; esac\n"
           "        [ -n \"$path\" ] && [ \"$path\" = \"${path#* }\" ] && path=\"$path $word\"\n"
           "        break\n    done\n"
           "    case \"$path\" in\n" +
           cases + "        \"\") words=\"" + namesOf(commandsOf(app)) + " " + optionsOf(app) +
           "\" ;;\n        *) words=\"\" ;;\n    esac\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[COMP_CWORD]}\"))\n}\n"
           "complete -o default -F _nextquill nextquill\n";
}

std::string fishScript(const CLI::App& app)
{
    std::string script;
    for (const CLI::App* command : commandsOf(app)) {
        script += fmt::format("complete -c nextquill -n __fish_use_subcommand -a {}\n",
                              command->get_name());
        for (const CLI::Option* option : command->get_options()) {
            for (const std::string& name : option->get_lnames()) {
                script +=
                    fmt::format("complete -c nextquill -n '__fish_seen_subcommand_from {}' -l {}\n",
                                command->get_name(), name);
            }
        }
    }
    return script;
}

std::string scriptFor(const std::string& shell, const CLI::App& app)
{
    if (shell == "fish") {
        return fishScript(app);
    }
    const std::string script = bashScript(app);
    return shell == "zsh" ? "autoload -U +X bashcompinit && bashcompinit\n" + script : script;
}

} // namespace

void addCompletion(CLI::App& app, Context& context)
{
    CLI::App* const command = app.add_subcommand("completion", "Shell completion, to be sourced");
    const auto shell = std::make_shared<std::string>();
    command->add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command->callback([shell, &app, &context] {
        context.action = [shell, &app] {
            std::fputs(scriptFor(*shell, app).c_str(), stdout);
            return exitDone;
        };
    });
}

} // namespace nextquill::app
