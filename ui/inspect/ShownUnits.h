// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"
#include "core/workflow/TextUnits.h"
#include "core/workflow/UnitSigns.h"

#include "ui/inspect/EffectMeasure.h"
#include "ui/widgets/TokenText.h"

#include <QList>
#include <QString>

#include <memory>
#include <optional>
#include <vector>

namespace nextquill::ui {

/// What colors a text: a measure, or the effect of one past text.
struct Shading
{
    EffectMeasure measure = EffectMeasure::Pce;
    int review = -1; ///< of the attribution; -1: the whole history
};

/// An inspected text in tokens, words or sentences: their values and the signs of its controls, by
/// the same code as the figures (workflow::textUnits, unitValue, signsOf), so that the window, a
/// figure and the command line say the same.
///
/// Speed  cut and judged once for a text and a kind of unit; values of another measure cost one
///        pass over the tokens
class ShownUnits
{
public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;
    using UnitKind = workflow::UnitKind;

    /// Null: no text. The same as before costs nothing.
    void show(InspectionPtr inspection, UnitKind kind);

    [[nodiscard]] UnitKind kind() const { return m_kind; }

    /// One for each token: its own value; of tokens that only together make a character, theirs.
    [[nodiscard]] QList<float> tokenValues(const Shading& shading) const;
    /// Those of several tokens, with what colors them.
    [[nodiscard]] QList<TokenText::Unit> units(const Shading& shading) const;
    /// One for each token: hatching on all tokens of a unit, a diamond on the first with letters.
    [[nodiscard]] const QList<TokenText::Signs>& signs() const { return m_signs; }
    [[nodiscard]] bool isAnyUncertain() const;
    [[nodiscard]] bool isAnyOwn() const;
    /// The values of all units, to count those beyond something.
    [[nodiscard]] QList<float> values(const Shading& shading) const;

    /// The unit with a token; none for the end of the text.
    [[nodiscard]] const workflow::TextUnit* unitAt(qsizetype token) const;
    /// Its text without the space around it; empty for the end of the text.
    [[nodiscard]] QString textAt(qsizetype token) const;
    [[nodiscard]] std::optional<float> valueAt(qsizetype token, const Shading& shading) const;
    /// What controls say of it; nothing without controls.
    [[nodiscard]] workflow::UnitSigns signsAt(qsizetype token) const;
    /// The first token of the next unit with the same letters, whatever their case, around the end
    /// of the text; -1: there is no other.
    [[nodiscard]] qsizetype nextLike(qsizetype token) const;

private:
    [[nodiscard]] float valueOf(const workflow::TextUnit& unit, const Shading& shading) const;
    [[nodiscard]] QString textOf(const workflow::TextUnit& unit) const;
    void findSigns();

    InspectionPtr m_inspection;
    UnitKind m_kind = UnitKind::Token;
    std::vector<workflow::TextUnit> m_characters; // tokens, or those that make characters together
    std::vector<workflow::TextUnit> m_units;
    std::vector<workflow::UnitSigns> m_unitSigns; // parallel; empty without controls
    QList<TokenText::Signs> m_signs;
};

/// "token", "word", "sentence" in the window's language.
[[nodiscard]] QString unitName(workflow::UnitKind kind);

/// What a colour is of: "Causal effect (PCE) of each word: the mean of its tokens"; empty for
/// tokens.
[[nodiscard]] QString unitMeaning(workflow::UnitKind kind, const Shading& shading);

/// "The word “killer”: PCE +0.400, the mean of its tokens", and what controls say of it; empty for
/// tokens and the end of the text.
[[nodiscard]] QString unitSentence(const ShownUnits& units, qsizetype token,
                                   const Shading& shading);

} // namespace nextquill::ui
