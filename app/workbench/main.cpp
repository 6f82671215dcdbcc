// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/MainWindow.h"
#include "ui/widgets/EnglishPlurals.h"
#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QSettings>

#include <sys/stat.h>

int main(int argc, char** argv)
{
    using namespace nextquill::ui;
    ::umask(S_IRWXG | S_IRWXO); // texts of people: nobody else reads what we write
    QApplication application{argc, argv};
    QApplication::setOrganizationName(QStringLiteral("nextquill"));
    QApplication::setApplicationName(QStringLiteral("workbench"));
    QApplication::setApplicationDisplayName(QStringLiteral("NextQuill Workbench"));
    QApplication::setApplicationVersion(QStringLiteral(NEXTQUILL_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.nextquill.Workbench"));
    QSettings::setDefaultFormat(QSettings::IniFormat);

    EnglishPlurals plurals;
    QApplication::installTranslator(&plurals);

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("See and train what a user's past texts do to a language model's words."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("PROJECT"), QStringLiteral("Project to open."),
                                 QStringLiteral("[PROJECT.nextquill]"));
    parser.process(application);

    Theme theme{application};
    theme.apply(static_cast<ThemeChoice>(QSettings{}.value(QStringLiteral("theme"), 0).toInt()));
    MainWindow window{theme};
    window.show();
    if (const QStringList files = parser.positionalArguments(); !files.isEmpty()) {
        window.openFile(files.first().toStdString());
    }
    return QApplication::exec();
}
