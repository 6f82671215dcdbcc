// SPDX-License-Identifier: GPL-3.0-or-later
//
// Measures the effects of all texts of a split's part in the background, with the window's own
// button, while somebody works in the same window; says how long the event loop was away at worst.
#include "ui/inspect/InspectView.h"
#include "ui/inspect/dataset/DatasetPane.h"
#include "ui/project/ModelBox.h"
#include "ui/project/ProjectSession.h"
#include "ui/shell/MainWindow.h"
#include "ui/widgets/EnglishPlurals.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/TokenView.h"

#include "tests/support/StallWatch.h"

#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include <array>
#include <cstdio>
#include <stdexcept>

namespace nextquill::ui {
namespace {

constexpr int patience = 600'000;    // milliseconds
constexpr int pauseBetweenActs = 40; // milliseconds

void wait(const char* what, const std::function<bool()>& condition)
{
    if (!QTest::qWaitFor(condition, patience)) {
        throw std::runtime_error{std::string{"waited in vain for "} + what};
    }
}

template<typename Widget>
Widget& find(QWidget& in, const char* name)
{
    auto* widget = in.findChild<Widget*>(QString::fromLatin1(name));
    if (widget == nullptr) {
        throw std::runtime_error{std::string{"no widget "} + name};
    }
    return *widget;
}

/// Someone at work: walks over tokens, scrolls, changes the measure, looks at other places.
class Visitor
{
public:
    explicit Visitor(MainWindow& window)
        : m_window{window}
        , m_text{find<TokenView>(window, "heatmap")}
    {
    }

    void act()
    {
        constexpr std::array keys{Qt::Key_Right,    Qt::Key_Down, Qt::Key_N,   Qt::Key_M,
                                  Qt::Key_PageDown, Qt::Key_Home, Qt::Key_Left};
        constexpr int actsInAPlace = 25;
        constexpr std::array places{MainWindow::Inspect, MainWindow::Histories, MainWindow::Inspect,
                                    MainWindow::Runs};
        const int turn = m_acts / actsInAPlace;
        if (m_acts % actsInAPlace == 0) {
            m_window.showPlace(places.at(static_cast<std::size_t>(turn) % places.size()));
            m_last = "another place";
        } else {
            QTest::keyClick(&m_text, keys.at(static_cast<std::size_t>(m_acts) % keys.size()));
            m_last = "a key in the text";
        }
        ++m_acts;
    }
    [[nodiscard]] int acts() const { return m_acts; }
    [[nodiscard]] const char* last() const { return m_last; }

private:
    MainWindow& m_window;
    TokenView& m_text;
    int m_acts = 0;
    const char* m_last = "nothing";
};

int watch(const QString& project, long long example, const QString& model, const QString& split)
{
    const QTemporaryDir folder;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    Theme theme{*qobject_cast<QApplication*>(QApplication::instance())};
    theme.apply(ThemeChoice::Light);
    MainWindow window{theme};
    window.resize(1280, 800);
    window.show();
    window.openFile(project.toStdString());
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    wait("the project", [&] { return window.session().isOpen(); });
    window.showPlace(MainWindow::Inspect);
    auto& box = find<ModelBox>(window, "inspectModel");
    wait("models", [&] { return box.count() > 0; });
    window.inspect().useModel(model);
    window.inspect().showExample(ExampleId{example});
    auto& text = find<TokenView>(window, "heatmap");
    wait("the text", [&] { return !text.text().tokens.isEmpty(); });

    auto& pane = *window.findChild<DatasetPane*>();
    find<QTabWidget>(window, "inspectTabs").setCurrentWidget(&pane);
    auto& splits = find<QComboBox>(pane, "datasetSplit");
    auto& parts = find<QComboBox>(pane, "datasetPart");
    auto& start = find<QPushButton>(pane, "datasetStart");
    const auto& state = find<QLabel>(pane, "datasetState");
    wait("the splits", [&] { return splits.findData(split) >= 0; });
    splits.setCurrentIndex(splits.findData(split));
    parts.setCurrentIndex(parts.findData(QStringLiteral("test")));
    Q_EMIT splits.activated(splits.currentIndex()); // as by hand
    QTest::qWait(pauseBetweenActs);
    wait("the plan", [&] { return start.isEnabled(); });
    std::printf("%s\n", qPrintable(state.text()));

    Visitor visitor{window};
    testing::StallWatch stalls;
    QElapsedTimer clock;
    clock.start();
    start.click();
    constexpr int hour = 3'600'000;
    double longestWorking = 0;
    long rounds = 0;
    QTest::qWait(pauseBetweenActs);
    while (!parts.isEnabled() && clock.elapsed() < hour) {
        const double before = stalls.longest();
        visitor.act();
        QTest::qWait(pauseBetweenActs);
        if (stalls.longest() > before) {
            std::printf("%.1f s: %.1f ms, %s\n", static_cast<double>(clock.elapsed()) / 1000,
                        stalls.longest(), visitor.last());
        }
        longestWorking = std::max(longestWorking, stalls.longest());
        rounds = stalls.gaps();
    }
    wait("the figures", [&] { return parts.isEnabled(); });
    QTest::qWait(pauseBetweenActs);
    std::printf("%s\n%.1f s, %d acts meanwhile, %ld rounds of the event loop\n"
                "longest stall while measuring %.1f ms, with the figures at the end %.1f ms\n",
                qPrintable(state.text()), static_cast<double>(clock.elapsed()) / 1000,
                visitor.acts(), rounds, longestWorking, stalls.longest());
    return 0;
}

} // namespace
} // namespace nextquill::ui

int main(int argc, char** argv)
{
    QApplication application{argc, argv};
    QApplication::setOrganizationName(QStringLiteral("nextquill"));
    QApplication::setApplicationName(QStringLiteral("workbench"));
    nextquill::ui::EnglishPlurals plurals;
    QApplication::installTranslator(&plurals);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() != 5) {
        std::fputs("usage: watch_background PROJECT EXAMPLE MODEL SPLIT\n", stderr);
        return 2;
    }
    try {
        return nextquill::ui::watch(arguments[1], arguments[2].toLongLong(), arguments[3],
                                    arguments[4]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "watch_background: %s\n", error.what());
        return 1;
    }
}
