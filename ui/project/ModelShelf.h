// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/Progress.h"
#include "core/model/Decoder.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace nextquill::ui {

/// The models that Inspect and Compare have loaded: the two used last stay.
///
/// Threads  any worker; one works with the models at a time, the others wait (and can be stopped)
class ModelShelf
{
public:
    /// Calls `work` with the model, loading it first where it is not there.
    ///
    /// Throws what loading and `work` throw; Error(DeviceLost) with the reason once this program
    /// has lost the model's device; Stopped while waiting.
    void with(const std::filesystem::path& project, const std::string& model, const StopToken& stop,
              Progress& progress,
              const std::function<void(model::Decoder&, const std::string& name)>& work);

    /// Frees what is not in use now.
    void clear();

private:
    struct Loaded
    {
        std::string key;
        std::string name;
        std::unique_ptr<model::Decoder> decoder;
    };

    Loaded& find(const std::filesystem::path& project, const std::string& model,
                 const StopToken& stop, Progress& progress);

    std::timed_mutex m_mutex;
    std::vector<Loaded> m_loaded; // guarded by m_mutex; the newest last
};

} // namespace nextquill::ui
