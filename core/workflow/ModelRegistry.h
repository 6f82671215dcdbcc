// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nextquill::workflow {

/// A model that its user gave a name, for all projects.
struct RegisteredModel
{
    std::string name;
    std::filesystem::path path; ///< absolute: a folder or a .gguf file
    std::string kind;           ///< "huggingface", "gguf", "adapter on …"
    std::string description;    ///< "llama, 135 M parameters, Q4_1"
};

/// The user's models by name: models.json in $XDG_DATA_HOME/nextquill. Several programs may change
/// it at the same time; a reader sees one whole state.
///
/// Throws   Error(BadInput) for a file that is no such list, Error(Storage)
class ModelRegistry
{
public:
    explicit ModelRegistry(std::filesystem::path file = defaultFile());

    [[nodiscard]] static std::filesystem::path defaultFile();

    [[nodiscard]] std::vector<RegisteredModel> all() const; ///< by name
    [[nodiscard]] std::optional<RegisteredModel> find(std::string_view name) const;

    /// Replaces one of the same name. Throws Error(BadInput) for a name that could be taken for
    /// something else: empty, "demo", with a slash or signs that cannot be seen.
    void add(const RegisteredModel& model);
    /// Forgets the name; files stay. Throws Error(BadInput) when there is none.
    void remove(std::string_view name);

private:
    void write(const std::vector<RegisteredModel>& models) const;

    std::filesystem::path m_file;
};

/// `wish` with what add() refuses taken out: "a-b" for "a,b", "model" where nothing is left.
[[nodiscard]] std::string registrableName(std::string_view wish);

/// $XDG_DATA_HOME, or ~/.local/share.
[[nodiscard]] std::filesystem::path userDataFolder();

} // namespace nextquill::workflow
