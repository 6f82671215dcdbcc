// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/StyleWords.h"

#include "ui/project/ShownText.h"

#include <QCoreApplication>
#include <QLocale>

#include <cmath>
#include <optional>

namespace nextquill::ui {

namespace {

using curate::StyleMark;

QString decimal(double value, int digits)
{
    return QLocale{}.toString(value, 'f', digits);
}

class StyleWords
{
    Q_DECLARE_TR_FUNCTIONS(StyleWords)

public:
    static QString nameOf(StyleMark mark)
    {
        switch (mark) {
        case StyleMark::FullStop:
            return tr("Full stops");
        case StyleMark::Comma:
            return tr("Commas");
        case StyleMark::Exclamation:
            return tr("Exclamation marks");
        case StyleMark::Question:
            return tr("Question marks");
        case StyleMark::Ellipsis:
            return tr("Ellipses (…)");
        case StyleMark::Colon:
            return tr("Colons");
        case StyleMark::Semicolon:
            return tr("Semicolons");
        case StyleMark::Dash:
            return tr("Dashes");
        case StyleMark::Bracket:
            return tr("Brackets");
        case StyleMark::Quotation:
            return tr("Quotations");
        case StyleMark::Emoji:
            break;
        }
        return tr("Emoji and smileys");
    }

    static StyleRow row(const QString& what, std::optional<double> user,
                        std::optional<double> others, int digits)
    {
        constexpr double more = 1.5;
        constexpr double less = 2.0 / 3;
        StyleRow row{.what = what,
                     .user = user ? decimal(*user, digits) : QStringLiteral("–"),
                     .others = others ? decimal(*others, digits) : QStringLiteral("–"),
                     .ratio = {}};
        if (!user || !others || (*user <= 0 && *others <= 0)) {
            return row;
        }
        if (*others <= 0) {
            row.ratio = tr("only this user");
            row.tells = true;
            return row;
        }
        const double ratio = *user / *others;
        row.ratio = tr("%1 ×").arg(decimal(ratio, 2));
        row.tells = ratio >= more || ratio <= less;
        return row;
    }

    static QList<StyleRow> rows(const curate::StyleProfile& profile)
    {
        const curate::StyleFigures& own = profile.own;
        const curate::StyleFigures& others = profile.others;
        QList<StyleRow> rows{
            row(tr("Words in a text"), own.wordsPerText, others.wordsPerText, 1),
            row(tr("Words in a sentence"), own.wordsPerSentence, others.wordsPerSentence, 1),
            row(tr("Letters in a word"), own.lettersPerWord, others.lettersPerWord, 2),
            row(tr("Vocabulary (MTLD)"), own.mtld, others.mtld, 1),
            row(tr("Different of 50 words"), own.typeShare, others.typeShare, 2),
            row(tr("WORDS IN CAPITALS"), own.shoutedPer100Words, others.shoutedPer100Words, 2)};
        for (std::size_t i = 0; i < curate::styleMarkCount; ++i) {
            rows << row(nameOf(static_cast<StyleMark>(i)), own.marksPer100Words[i],
                        others.marksPer100Words[i], 2);
        }
        return rows;
    }

    static std::vector<PagedListModel<curate::StylePhrase>::Column> columns()
    {
        using curate::StylePhrase;
        const auto right = Qt::AlignRight | Qt::AlignVCenter;
        const auto text = [](auto value) {
            return [value](const StylePhrase& phrase, int role) {
                return role == Qt::DisplayRole ? QVariant{value(phrase)} : QVariant{};
            };
        };
        const auto explained = [](auto value, const QString& explanation) {
            return [value, explanation](const StylePhrase& phrase, int role) {
                return role == Qt::DisplayRole   ? QVariant{value(phrase)}
                       : role == Qt::ToolTipRole ? QVariant{explanation}
                                                 : QVariant{};
            };
        };
        return {{tr("Phrase"), text([](const StylePhrase& phrase) { return shown(phrase.text); })},
                {tr("Times"), text([](const StylePhrase& phrase) {
                     return QLocale{}.toString(qlonglong{phrase.user.times});
                 }),
                 right},
                {tr("Texts"), text([](const StylePhrase& phrase) {
                     return QLocale{}.toString(qlonglong{phrase.texts});
                 }),
                 right},
                {tr("Others"),
                 explained(
                     [](const StylePhrase& phrase) {
                         return QLocale{}.toString(qlonglong{phrase.others.times});
                     },
                     tr("How often the others write it, in the texts that were read")),
                 right},
                {tr("z"),
                 explained([](const StylePhrase& phrase) { return decimal(phrase.odds.z, 1); },
                           tr("How far that is from what the others write, in standard "
                              "deviations of the log-odds ratio")),
                 right}};
    }

    static MarkedCard card(const store::ReviewRow& row, const curate::StylePhrase& phrase)
    {
        MarkedCard card;
        card.review = number(row.review.id);
        card.headline = shownDate(row.review.time) % QStringLiteral("   ") %
                        shownStars(row.review.rating) % QStringLiteral("   ") %
                        shown(row.itemTitle);
        MarkedLine text{.text = shown(row.review.text), .marks = {}, .isMuted = false};
        for (const curate::PhrasePlace& place : phrase.places) {
            if (place.review == row.review.id && place.range.end <= row.review.text.size()) {
                text.marks << markOf(row.review.text, place.range.begin, place.range.end);
            }
        }
        card.lines = {text};
        return card;
    }

    static QString note(const curate::StyleProfile& profile)
    {
        const QString own =
            tr("%Ln text(s) of this user", nullptr, static_cast<int>(profile.own.texts));
        const QString others = QLocale{}.toString(qlonglong{profile.othersRead});
        if (profile.othersRead < profile.othersAll) {
            return tr("%1 against a sample of %2 of the others' %3 texts. Signs and capitals are "
                      "counted "
                      "per 100 words.")
                .arg(own, others, QLocale{}.toString(qlonglong{profile.othersAll}));
        }
        return tr("%1 against all %2 texts of the others. Signs and capitals are counted per 100 "
                  "words.")
            .arg(own, others);
    }
};

} // namespace

QList<StyleRow> rowsOf(const curate::StyleProfile& profile)
{
    return StyleWords::rows(profile);
}

std::vector<PagedListModel<curate::StylePhrase>::Column> phraseColumns()
{
    return StyleWords::columns();
}

MarkedCard cardOf(const store::ReviewRow& row, const curate::StylePhrase& phrase)
{
    return StyleWords::card(row, phrase);
}

QString noteOf(const curate::StyleProfile& profile)
{
    return StyleWords::note(profile);
}

} // namespace nextquill::ui
