// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ModelRegistry.h"

#include "core/base/AtomicFile.h"
#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/base/Utf8.h"
#include "core/hub/FileLock.h"

#include <algorithm>
#include <cstdlib>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longestRegisteredName = 100;
constexpr int registryFormat = 1;

std::string registryText(const Json& entry, const char* key)
{
    return entry.at(key).get<std::string>();
}

bool isRegistrable(const std::string& name)
{
    const bool isShown = escapedForDisplay(name, longestRegisteredName) == name;
    const bool isOther = name == "demo" || name == "." || name == ".." ||
                         name.find_first_of("/\\,") != std::string::npos;
    return !name.empty() && isShown && !isOther && collapseWhitespace(name) == name;
}

void checkRegisteredName(const std::string& name)
{
    if (!isRegistrable(name)) {
        throw Error{ErrorKind::BadInput,
                    "\"" + escapedForDisplay(name, 120) + "\" cannot be a model's name", "--name",
                    "give one of at most 100 characters without slash and comma, other than demo"};
    }
}

/// Held while the list is read, changed and written.
hub::FileLock lockOf(const fs::path& file)
{
    NoProgress quiet;
    return {file.string() + ".lock", "the list of models", {}, quiet};
}

} // namespace

fs::path userDataFolder()
{
    if (const char* folder = std::getenv("XDG_DATA_HOME"); folder != nullptr && *folder != '\0') {
        return folder;
    }
    const char* home = std::getenv("HOME");
    return home != nullptr ? fs::path{home} / ".local/share" : fs::path{};
}

std::string registrableName(std::string_view wish)
{
    std::string name = escapedForDisplay(collapseWhitespace(wish), longestRegisteredName);
    std::ranges::replace_if(name, [](char c) { return c == '/' || c == '\\' || c == ','; }, '-');
    return isRegistrable(name) ? name : "model";
}

ModelRegistry::ModelRegistry(fs::path file)
    : m_file{std::move(file)}
{
}

fs::path ModelRegistry::defaultFile()
{
    return userDataFolder() / "nextquill" / "models.json";
}

std::vector<RegisteredModel> ModelRegistry::all() const
{
    std::vector<RegisteredModel> models;
    std::error_code error;
    if (!fs::exists(m_file, error)) {
        return models;
    }
    const Json json = readJsonFile(m_file, {});
    try {
        for (const Json& entry : json.at("models")) {
            models.push_back({.name = registryText(entry, "name"),
                              .path = registryText(entry, "path"),
                              .kind = registryText(entry, "kind"),
                              .description = registryText(entry, "description")});
        }
    } catch (const Json::exception&) {
        throw Error{ErrorKind::BadInput, "this is no list of models", m_file.string(),
                    "move it away and add the models again with `nextquill model add`"};
    }
    std::ranges::sort(models, {}, &RegisteredModel::name);
    return models;
}

std::optional<RegisteredModel> ModelRegistry::find(std::string_view name) const
{
    const std::vector<RegisteredModel> models = all();
    const auto found = std::ranges::find(models, name, &RegisteredModel::name);
    return found == models.end() ? std::nullopt : std::optional{*found};
}

void ModelRegistry::add(const RegisteredModel& model)
{
    checkRegisteredName(model.name);
    const hub::FileLock lock = lockOf(m_file);
    std::vector<RegisteredModel> models = all();
    std::erase_if(models, [&](const RegisteredModel& each) { return each.name == model.name; });
    models.push_back(model);
    write(models);
}

void ModelRegistry::remove(std::string_view name)
{
    const hub::FileLock lock = lockOf(m_file);
    std::vector<RegisteredModel> models = all();
    if (std::erase_if(models, [&](const RegisteredModel& each) { return each.name == name; }) ==
        0) {
        throw Error{ErrorKind::BadInput,
                    "no model is called \"" + escapedForDisplay(name, 120) + "\"", m_file.string(),
                    "see `nextquill model list`"};
    }
    write(models);
}

void ModelRegistry::write(const std::vector<RegisteredModel>& models) const
{
    OrderedJson entries = OrderedJson::array();
    for (const RegisteredModel& model : models) {
        entries.push_back({{"name", model.name},
                           {"path", model.path.string()},
                           {"kind", model.kind},
                           {"description", model.description}});
    }
    const OrderedJson json{{"schema", registryFormat}, {"models", std::move(entries)}};
    writeFileAtomically(m_file,
                        json.dump(2, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
}

} // namespace nextquill::workflow
