// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/project/ModelShelf.h"

#include "core/base/Error.h"
#include "core/store/Project.h"
#include "core/workflow/Devices.h"
#include "core/workflow/ModelChoice.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace nextquill::ui {

namespace {

constexpr std::size_t kept = 2;

std::string keyOf(const workflow::ModelChoice& choice)
{
    std::string key =
        choice.base.string() + "\n" + (choice.adapter ? choice.adapter->string() : "");
    if (choice.step) { // the weights are a checkpoint's
        key += "\n" + choice.run.string() + "@" + std::to_string(*choice.step);
    }
    return key;
}

} // namespace

ModelShelf::Loaded& ModelShelf::find(const std::filesystem::path& project, const std::string& model,
                                     const StopToken& stop, Progress& progress)
{
    const auto opened = store::Project::open(project, store::OpenMode::ReadOnly);
    const workflow::ModelChoice choice = workflow::chooseModel(model, opened.get());
    const std::string key = keyOf(choice);
    const auto found = std::ranges::find(m_loaded, key, &Loaded::key);
    if (found != m_loaded.end()) {
        std::rotate(found, found + 1, m_loaded.end());
        return m_loaded.back();
    }
    if (m_loaded.size() >= kept) {
        m_loaded.erase(m_loaded.begin()); // before the new one is loaded: memory for two, not three
    }
    m_loaded.push_back({.key = key,
                        .name = choice.name,
                        .decoder = workflow::loadModel(choice, {}, stop, progress)});
    return m_loaded.back();
}

void ModelShelf::with(const std::filesystem::path& project, const std::string& model,
                      const StopToken& stop, Progress& progress,
                      const std::function<void(model::Decoder&, const std::string&)>& work)
{
    std::unique_lock lock{m_mutex, std::defer_lock};
    while (!lock.try_lock_for(std::chrono::milliseconds{50})) {
        stopPoint(stop);
        progress.report({.stage = "waiting for the model"});
    }
    const Loaded& loaded = find(project, model, stop, progress);
    const std::string device = loaded.decoder->device();
    workflow::requireUsable(device);
    try {
        work(*loaded.decoder, loaded.name);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::DeviceLost) {
            workflow::noteLost(device, error);
        }
        throw;
    }
}

void ModelShelf::clear()
{
    if (const std::unique_lock lock{m_mutex, std::try_to_lock}; lock.owns_lock()) {
        m_loaded.clear();
    }
}

} // namespace nextquill::ui
