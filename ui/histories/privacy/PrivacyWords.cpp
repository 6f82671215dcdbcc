// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/privacy/PrivacyWords.h"

#include "ui/project/ShownText.h"

#include <QCoreApplication>
#include <QLocale>

namespace nextquill::ui {

namespace {

class PrivacyWords
{
    Q_DECLARE_TR_FUNCTIONS(PrivacyWords)

public:
    static QString kind(curate::PersonalKind kind)
    {
        switch (kind) {
        case curate::PersonalKind::Email:
            return tr("E-mail addresses");
        case curate::PersonalKind::Phone:
            return tr("Phone numbers");
        case curate::PersonalKind::Url:
            return tr("Web addresses");
        case curate::PersonalKind::UserName:
            break;
        }
        return tr("Names of users");
    }

    static QString kindOfOne(curate::PersonalKind kind)
    {
        switch (kind) {
        case curate::PersonalKind::Email:
            return tr("E-mail address");
        case curate::PersonalKind::Phone:
            return tr("Phone number");
        case curate::PersonalKind::Url:
            return tr("Web address");
        case curate::PersonalKind::UserName:
            break;
        }
        return tr("Name of a user");
    }

    static QString counts(const curate::RedactionReport& report, curate::PersonalKind kind,
                          bool masked)
    {
        const auto found = report.found.find(kind);
        if (found == report.found.end()) {
            return tr("none");
        }
        const auto left = report.left.find(kind);
        const QString where =
            tr("%1 in %2")
                .arg(QLocale{}.toString(qlonglong{found->second.places}),
                     tr("%Ln review(s)", nullptr, static_cast<int>(found->second.reviews)));
        if (!masked) {
            return where;
        }
        return tr("%1 · %2 left")
            .arg(where, left == report.left.end()
                            ? tr("none")
                            : QLocale{}.toString(qlonglong{left->second.places}));
    }

    static QString list(const std::vector<curate::FoundName>& names)
    {
        constexpr std::size_t most = 5;
        QStringList parts;
        for (std::size_t i = 0; i < std::min(names.size(), most); ++i) {
            parts << tr("%1 (%2)").arg(shown(names[i].name),
                                       QLocale{}.toString(qlonglong{names[i].texts}));
        }
        return parts.join(QStringLiteral(", ")) %
               (names.size() > most ? QStringLiteral(" …") : QString{});
    }

    static QString names(const curate::RedactionReport& report)
    {
        QStringList lines;
        if (!report.names.empty()) {
            lines << tr("Names, with the number of texts: %1").arg(list(report.names));
        }
        if (!report.leftAlone.empty()) {
            lines << tr("Left alone, since they are common words: %1").arg(list(report.leftAlone));
        }
        return lines.join(QLatin1Char('\n'));
    }

    static QString summary(const std::optional<curate::RedactionReport>& report, bool masked,
                           bool outdated, bool readOnly)
    {
        if (!report) {
            return readOnly ? tr("The project is open for reading only: nothing can be masked.")
                            : QString{};
        }
        if (outdated) {
            return tr("The choice or the data has changed since: look again.");
        }
        if (masked) {
            return tr("%Ln review(s) changed. The texts as they were stay in the undo history and "
                      "in backups. A best effort: what has another shape is not found.",
                      nullptr, static_cast<int>(report->changed));
        }
        return tr("%1 of %2 have any. A best effort: what has another shape is not found.")
            .arg(QLocale{}.toString(qlonglong{report->withAny}),
                 tr("%Ln review(s)", nullptr, static_cast<int>(report->reviews)));
    }

    static MarkedCard card(const curate::PersonalExample& example)
    {
        MarkedCard card;
        card.review = number(example.review);
        card.headline =
            tr("%1 · %2 · review %3%4")
                .arg(kindOfOne(example.kind), shown(example.userName), QString::number(card.review),
                     example.inTitle ? tr(" · in the title") : QString{});
        card.lines = {
            {.text = shown(example.before),
             .marks = {markOf(example.before, example.match.begin, example.match.end)},
             .isMuted = false},
            {.text = QStringLiteral("→ ") % shown(example.after), .marks = {}, .isMuted = true}};
        return card;
    }

    static QString user(const store::User& user)
    {
        return tr("%1 · %2").arg(shown(user.name),
                                 tr("%Ln review(s)", nullptr, static_cast<int>(user.reviews)));
    }
};

} // namespace

QString kindName(curate::PersonalKind kind)
{
    return PrivacyWords::kind(kind);
}

QString countsOf(const curate::RedactionReport& report, curate::PersonalKind kind, bool masked)
{
    return PrivacyWords::counts(report, kind, masked);
}

QString namesOf(const curate::RedactionReport& report)
{
    return PrivacyWords::names(report);
}

QString summaryOf(const std::optional<curate::RedactionReport>& report, bool masked, bool outdated,
                  bool readOnly)
{
    return PrivacyWords::summary(report, masked, outdated, readOnly);
}

MarkedCard cardOf(const curate::PersonalExample& example)
{
    return PrivacyWords::card(example);
}

QString userLine(const store::User& user)
{
    return PrivacyWords::user(user);
}

} // namespace nextquill::ui
