// SPDX-License-Identifier: GPL-3.0-or-later
// The application that all tests of this program share; any warning of Qt fails the test.
#include <QApplication>
#include <QLocale>

#include <gtest/gtest.h>

#include <memory>

namespace nextquill::ui {
namespace {

void failOnWarning(QtMsgType type, const QMessageLogContext& /*context*/, const QString& text)
{
    // Says the offscreen platform of itself, not of us.
    const bool platform = text.startsWith(QStringLiteral("This plugin does not support"));
    if (type != QtDebugMsg && type != QtInfoMsg && !platform) {
        ADD_FAILURE() << text.toStdString();
    }
}

class QtEnvironment final : public ::testing::Environment
{
public:
    void SetUp() override
    {
        static int count = 1;
        static char name[] = "test";
        static char* arguments[] = {name, nullptr};
        QLocale::setDefault(QLocale{QLocale::English, QLocale::UnitedStates});
        m_application = std::make_unique<QApplication>(count, arguments);
        qInstallMessageHandler(failOnWarning);
    }
    void TearDown() override { m_application.reset(); }

private:
    std::unique_ptr<QApplication> m_application;
};

const auto* const environment =
    ::testing::AddGlobalTestEnvironment(std::make_unique<QtEnvironment>().release());

} // namespace
} // namespace nextquill::ui
