// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/import/FormatNames.h"

#include <QHash>
#include <QObject>

namespace nextquill::ui {

QList<NamedFormat> namedFormats()
{
    return {{QObject::tr("Amazon Reviews 2023"), store::SourceFormat::Amazon2023},
            {QObject::tr("Amazon 2014 and 2018"), store::SourceFormat::Amazon2018},
            {QObject::tr("NextQuill and DPL records"), store::SourceFormat::NextQuillRecords},
            {QObject::tr("LaMP questions and outputs"), store::SourceFormat::Lamp},
            {QObject::tr("LongLaMP records"), store::SourceFormat::LongLamp},
            {QObject::tr("Other JSON, columns below"), store::SourceFormat::Jsonl},
            {QObject::tr("CSV and other tables, columns below"), store::SourceFormat::Csv}};
}

QString labelOf(store::SourceFormat format)
{
    for (const NamedFormat& named : namedFormats()) {
        if (named.format == format) {
            return named.label.section(QLatin1Char(','), 0, 0);
        }
    }
    return {};
}

QString labelOf(const store::MappedField& field)
{
    static const QHash<QString, QString> labels{
        {QStringLiteral("user"), QObject::tr("User")},
        {QStringLiteral("text"), QObject::tr("Text")},
        {QStringLiteral("item"), QObject::tr("Item's key")},
        {QStringLiteral("item-title"), QObject::tr("Item's title")},
        {QStringLiteral("item-description"), QObject::tr("Item's description")},
        {QStringLiteral("title"), QObject::tr("Title")},
        {QStringLiteral("rating"), QObject::tr("Rating")},
        {QStringLiteral("time"), QObject::tr("Time")}};
    const QString name = QString::fromUtf8(field.name.data(), static_cast<int>(field.name.size()));
    return labels.value(name, name);
}

} // namespace nextquill::ui
