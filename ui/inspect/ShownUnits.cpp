// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/ShownUnits.h"

#include "core/base/Utf8.h"
#include "core/causal/Attribution.h"

#include "ui/project/ShownText.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr std::size_t longestUnitText = 60; // bytes, on cards

class UnitWords
{
    Q_DECLARE_TR_FUNCTIONS(nextquill::ui::ShownUnits)
};

/// The unit that holds a token: the last that begins at or before it.
const workflow::TextUnit* unitWith(const std::vector<workflow::TextUnit>& units, qsizetype token)
{
    const auto at = static_cast<std::size_t>(token);
    const auto behind = std::ranges::upper_bound(units, at, {}, &workflow::TextUnit::firstToken);
    if (token < 0 || behind == units.begin()) {
        return nullptr;
    }
    const workflow::TextUnit& unit = *(behind - 1);
    return at < unit.firstToken + unit.tokens ? &unit : nullptr;
}

/// The token that a unit's letters begin in; of space alone, the first.
qsizetype firstWithLetters(const workflow::TextUnit& unit, const workflow::Inspection& inspection)
{
    for (std::size_t i = unit.firstToken; i < unit.firstToken + unit.tokens; ++i) {
        if (inspection.tokenTexts[i].find_first_not_of(" \t\r\n") != std::string::npos) {
            return static_cast<qsizetype>(i);
        }
    }
    return static_cast<qsizetype>(unit.firstToken);
}

} // namespace

void ShownUnits::show(InspectionPtr inspection, UnitKind kind)
{
    if (inspection == m_inspection && kind == m_kind) {
        return;
    }
    m_inspection = std::move(inspection);
    m_kind = kind;
    m_characters.clear();
    m_units.clear();
    if (m_inspection) {
        m_characters = workflow::textUnits(m_inspection->text, m_inspection->effects);
        m_units = kind == UnitKind::Token
                      ? m_characters
                      : workflow::textUnits(m_inspection->text, m_inspection->effects, kind);
    }
    findSigns();
}

void ShownUnits::findSigns()
{
    m_unitSigns.clear();
    m_signs.clear();
    if (!m_inspection || !m_inspection->controls) {
        return;
    }
    m_signs.resize(std::ssize(m_inspection->effects.tokens));
    for (const workflow::TextUnit& unit : m_units) {
        const workflow::UnitSigns& signs =
            m_unitSigns.emplace_back(workflow::signsOf(unit, *m_inspection));
        for (std::size_t i = 0; i < unit.tokens; ++i) {
            m_signs[static_cast<qsizetype>(unit.firstToken + i)].uncertain = signs.isUncertain;
        }
        m_signs[firstWithLetters(unit, *m_inspection)].distinguished = signs.isOwn;
    }
}

float ShownUnits::valueOf(const workflow::TextUnit& unit, const Shading& shading) const
{
    if (shading.review < 0) {
        return static_cast<float>(
            workflow::unitValue(unit, m_inspection->effects, shading.measure));
    }
    double sum = 0; // leave-one-out effects are PCEs: a unit has their mean
    for (std::size_t i = 0; i < unit.tokens; ++i) {
        sum +=
            static_cast<double>(m_inspection->attribution->at(unit.firstToken + i, shading.review));
    }
    return static_cast<float>(sum / static_cast<double>(unit.tokens));
}

QList<float> ShownUnits::tokenValues(const Shading& shading) const
{
    QList<float> values;
    if (!m_inspection) {
        return values;
    }
    const causal::PreferenceEffects& effects = m_inspection->effects;
    values.reserve(std::ssize(effects.tokens));
    for (std::size_t t = 0; t < effects.tokens.size(); ++t) {
        values.append(shading.review < 0 ? ui::valueOf(effects.tokens[t], shading.measure)
                                         : m_inspection->attribution->at(t, shading.review));
    }
    for (const workflow::TextUnit& character : m_characters) {
        if (character.tokens > 1) {
            const auto first = static_cast<qsizetype>(character.firstToken);
            std::fill_n(values.begin() + first, character.tokens, valueOf(character, shading));
        }
    }
    return values;
}

QList<TokenText::Unit> ShownUnits::units(const Shading& shading) const
{
    QList<TokenText::Unit> units;
    for (const workflow::TextUnit& unit : m_units) {
        if (unit.tokens > 1) {
            const auto first = static_cast<qsizetype>(unit.firstToken);
            units.append({.firstToken = first,
                          .endToken = first + static_cast<qsizetype>(unit.tokens),
                          .value = valueOf(unit, shading)});
        }
    }
    return units;
}

QList<float> ShownUnits::values(const Shading& shading) const
{
    QList<float> values;
    values.reserve(std::ssize(m_units));
    for (const workflow::TextUnit& unit : m_units) {
        values.append(valueOf(unit, shading));
    }
    return values;
}

bool ShownUnits::isAnyUncertain() const
{
    return std::ranges::any_of(m_unitSigns, &workflow::UnitSigns::isUncertain);
}

bool ShownUnits::isAnyOwn() const
{
    return std::ranges::any_of(m_unitSigns, &workflow::UnitSigns::isOwn);
}

const workflow::TextUnit* ShownUnits::unitAt(qsizetype token) const
{
    return unitWith(m_units, token);
}

QString ShownUnits::textOf(const workflow::TextUnit& unit) const
{
    return shown(m_inspection->text.substr(unit.bytes.begin, unit.bytes.size())).trimmed();
}

QString ShownUnits::textAt(qsizetype token) const
{
    const workflow::TextUnit* const unit = unitAt(token);
    return unit != nullptr ? textOf(*unit) : QString{};
}

std::optional<float> ShownUnits::valueAt(qsizetype token, const Shading& shading) const
{
    const workflow::TextUnit* const unit = unitAt(token);
    return unit != nullptr ? std::optional{valueOf(*unit, shading)} : std::nullopt;
}

workflow::UnitSigns ShownUnits::signsAt(qsizetype token) const
{
    const workflow::TextUnit* const unit = unitAt(token);
    return unit != nullptr && !m_unitSigns.empty()
               ? m_unitSigns[static_cast<std::size_t>(unit - m_units.data())]
               : workflow::UnitSigns{};
}

qsizetype ShownUnits::nextLike(qsizetype token) const
{
    const workflow::TextUnit* const unit = unitAt(token);
    if (unit == nullptr) {
        return -1;
    }
    const QString letters = textOf(*unit).toCaseFolded();
    const auto here = static_cast<std::size_t>(unit - m_units.data());
    for (std::size_t step = 1; step < m_units.size() && !letters.isEmpty(); ++step) {
        const workflow::TextUnit& other = m_units[(here + step) % m_units.size()];
        if (textOf(other).toCaseFolded() == letters) {
            return static_cast<qsizetype>(other.firstToken);
        }
    }
    return -1;
}

QString unitName(workflow::UnitKind kind)
{
    switch (kind) {
    case workflow::UnitKind::Token:
        return UnitWords::tr("token");
    case workflow::UnitKind::Word:
        return UnitWords::tr("word");
    case workflow::UnitKind::Sentence:
        return UnitWords::tr("sentence");
    }
    return {};
}

QString unitMeaning(workflow::UnitKind kind, const Shading& shading)
{
    if (kind == workflow::UnitKind::Token) {
        return {};
    }
    const bool isSummed = shading.review < 0 && workflow::measureInfo(shading.measure).isSummed;
    const QString what = infoOf(shading.review < 0 ? shading.measure : EffectMeasure::Pce).name;
    return (isSummed ? UnitWords::tr("%1 of each %2: the sum over its tokens")
                     : UnitWords::tr("%1 of each %2: the mean of its tokens"))
        .arg(what, unitName(kind));
}

QString unitSentence(const ShownUnits& units, qsizetype token, const Shading& shading)
{
    const auto value = units.valueAt(token, shading);
    if (units.kind() == workflow::UnitKind::Token || !value) {
        return {};
    }
    const bool isSummed = shading.review < 0 && workflow::measureInfo(shading.measure).isSummed;
    const EffectMeasure measure = shading.review < 0 ? shading.measure : EffectMeasure::Pce;
    const QString text = shown(escapedForDisplay(stored(units.textAt(token)), longestUnitText));
    QString number = shown(workflow::shownValue(static_cast<double>(*value), measure));
    number.replace(QLatin1Char('-'), QStringLiteral("\u2212"));
    const QString what =
        measure == EffectMeasure::Pce ? UnitWords::tr("PCE") : infoOf(measure).name;
    const QString sentence =
        (isSummed ? UnitWords::tr("The %1 \u201C%2\u201D: %3 %4, the sum over its tokens")
                  : UnitWords::tr("The %1 \u201C%2\u201D: %3 %4, the mean of its tokens"))
            .arg(unitName(units.kind()), text, what, number);
    const QString signs = shown(workflow::signWords(units.signsAt(token)));
    return signs.isEmpty() || shading.review >= 0 ? sentence
                                                  : UnitWords::tr("%1 (%2)").arg(sentence, signs);
}

} // namespace nextquill::ui
