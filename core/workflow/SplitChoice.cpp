// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/SplitChoice.h"

#include "core/base/Error.h"
#include "core/store/Project.h"

#include <vector>

namespace nextquill::workflow {

std::optional<store::Split> splitCalled(store::Project& project, const std::string& name)
{
    const store::Splits splits{project};
    if (name.empty()) {
        const std::vector<store::Split> all = splits.all();
        return all.empty() ? std::nullopt : std::optional{all.front()};
    }
    if (auto split = splits.find(name)) {
        return split;
    }
    throw Error{ErrorKind::BadInput, "no split is called \"" + name + "\"", project.file().string(),
                "see `nextquill data stats`"};
}

store::Split requiredSplit(store::Project& project, const std::string& name)
{
    if (auto split = splitCalled(project, name)) {
        return *split;
    }
    throw Error{ErrorKind::BadInput, "the project has no split", project.file().string(),
                "make one with `nextquill data split`"};
}

store::SplitPart splitPartCalled(const std::string& name)
{
    for (const auto part :
         {store::SplitPart::Train, store::SplitPart::Validation, store::SplitPart::Test}) {
        if (name == store::name(part)) {
            return part;
        }
    }
    throw Error{ErrorKind::BadInput, "no part of a split is called \"" + name + "\"", "--split",
                "take train, validation or test"};
}

} // namespace nextquill::workflow
