// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/text/TemplateTree.h"
#include "core/text/TemplateValue.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace nextquill::text {

/// Whose turn it is.
enum class TurnRole { System, User };

/// The names of a template: what it has set so far, beside the conversation.
struct TemplateNames
{
    std::vector<TurnRole> conversation;
    std::map<std::string, TemplateValue, std::less<>> values; ///< "name", "namespace.member"
    std::size_t loopIndex = 0;
    std::size_t loopLength = 0; ///< 0 outside loops
    bool isSure = true;         ///< false under a condition that is not known
};

/// What expressions of a chat template are for a conversation of turns whose roles are known and
/// whose texts are not: with add_generation_prompt, without tools and other variables. Texts count
/// as not empty, and as free of the words that templates look for in them ("/think").
///
/// A closed list of forms; all else is Unknown. Nothing is called, and no value gets long.
///
/// Throws Error(Unsupported) for a member of what nobody gives, which is an error in Jinja.
class TemplateValues
{
public:
    explicit TemplateValues(const TemplateNames& names)
        : m_names{names}
    {
    }

    [[nodiscard]] TemplateValue of(const TemplateExpression& expression) const;
    [[nodiscard]] Truth truth(const TemplateExpression& expression) const;

private:
    [[nodiscard]] TemplateValue named(const std::string& name) const;
    [[nodiscard]] TemplateValue member(const TemplateExpression& base,
                                       const std::string& name) const;
    [[nodiscard]] TemplateValue memberOf(const TemplateValue& object,
                                         const std::string& name) const;
    [[nodiscard]] TemplateValue ofLoop(const std::string& name) const;
    [[nodiscard]] TemplateValue item(const TemplateExpression& expression) const;
    [[nodiscard]] TemplateValue slice(const TemplateExpression& expression) const;
    [[nodiscard]] TemplateValue call(const TemplateExpression& expression) const;
    [[nodiscard]] TemplateValue method(const TemplateExpression& expression) const;
    [[nodiscard]] TemplateValue filtered(const TemplateExpression& expression) const;
    [[nodiscard]] TemplateValue joined(const TemplateExpression& expression) const;
    [[nodiscard]] TemplateValue computed(const TemplateExpression& expression) const;
    [[nodiscard]] TemplateValue chosen(const TemplateExpression& expression) const;
    [[nodiscard]] Truth compared(const TemplateExpression& expression) const;
    [[nodiscard]] Truth contained(const TemplateExpression& left,
                                  const TemplateExpression& right) const;
    [[nodiscard]] Truth tested(const TemplateExpression& expression) const;

    const TemplateNames& m_names;
};

} // namespace nextquill::text
