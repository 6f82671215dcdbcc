// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ProjectMarkup.h"

#include "core/base/Error.h"
#include "core/model/ModelFiles.h"
#include "core/text/MarkupFile.h"

#include <algorithm>
#include <optional>

namespace nextquill::workflow {

namespace {

std::optional<text::ChatMarkup> find(const std::vector<store::MarkupRow>& given,
                                     const std::string& model)
{
    const auto row =
        std::find_if(given.begin(), given.end(),
                     [&model](const store::MarkupRow& known) { return known.model == model; });
    return row == given.end()
               ? std::nullopt
               : std::optional{text::readMarkup(row->markup, "the project's chat markup")};
}

} // namespace

text::ChatMarkup markupFor(const std::vector<store::MarkupRow>& given,
                           const model::ModelFiles& files)
{
    if (given.empty()) {
        return files.markup();
    }
    if (auto own = find(given, markupKey(files.path()))) {
        return std::move(*own);
    }
    try {
        return files.markup();
    } catch (const Error& error) {
        auto general = find(given, "");
        if (error.kind() != ErrorKind::Unsupported || !general) {
            throw;
        }
        return std::move(*general);
    }
}

std::string markupKey(const std::filesystem::path& model)
{
    return std::filesystem::weakly_canonical(model).string();
}

} // namespace nextquill::workflow
