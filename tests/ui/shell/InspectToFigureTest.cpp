// SPDX-License-Identifier: GPL-3.0-or-later
//
// From the start of the program to a figure on the disk, counting what the user does.
#include "core/workflow/ModelRegistry.h"

#include "ui/project/ProjectSession.h"

#include "tests/ui/shell/InspectWalk.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QListView>
#include <QPushButton>
#include <QTimer>

#include <fstream>

namespace nextquill::ui {
namespace {

class InspectToFigure : public InspectWalk
{
protected:
    /// A project that was opened before, a model that is known, and the window as it comes up.
    void startAgainWith(const std::filesystem::path& model)
    {
        workflow::ModelRegistry{}.add(
            {.name = "tiny", .path = model, .kind = "huggingface", .description = "qwen2"});
        openSample();
        m_window = std::make_unique<MainWindow>(*m_theme);
        m_window->resize(1280, 800);
        m_window->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(m_window.get()));
    }

    void act(const std::function<void()>& what)
    {
        ++m_acts;
        what();
    }

    /// Gives the file dialog a name as soon as it is there, and takes it.
    void answerDialog(const QString& file)
    {
        auto* watch = new QTimer{m_window.get()};
        QObject::connect(watch, &QTimer::timeout, m_window.get(), [this, watch, file] {
            auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
            if (dialog == nullptr) {
                return;
            }
            watch->stop();
            act([&] { find<QLineEdit>(QStringLiteral("fileNameEdit"), dialog).setText(file); });
            act([&] {
                const auto& buttons = find<QDialogButtonBox>(QStringLiteral("buttonBox"), dialog);
                QTest::mouseClick(buttons.button(QDialogButtonBox::Save), Qt::LeftButton);
            });
        });
        watch->start(20);
    }

    int m_acts = 0;
};

TEST_F(InspectToFigure, TakesAtMostSixActs)
{
    NEXTQUILL_NEED_SHARED(model, "fixtures/models/tiny-qwen2");
    startAgainWith(model);

    QPushButton* recent = nullptr;
    for (QPushButton* button : m_window->findChildren<QPushButton*>()) {
        if (button->isVisible() && button->text() == QStringLiteral("sample")) {
            recent = button;
        }
    }
    ASSERT_NE(recent, nullptr);
    act([&] { QTest::mouseClick(recent, Qt::LeftButton); });
    ASSERT_TRUE(waitFor([this] { return m_window->session().isOpen(); }));
    act([this] { QTest::keyClick(m_window.get(), Qt::Key_3, Qt::ControlModifier); });
    auto& texts = find<QListView>(QStringLiteral("exampleTexts"), &m_window->inspect());
    ASSERT_TRUE(waitFor([&] { return texts.model()->rowCount() > 1; }));
    act([&] {
        const QRect second = texts.visualRect(texts.model()->index(1, 0));
        QTest::mouseClick(texts.viewport(), Qt::LeftButton, {}, second.center());
    });
    ASSERT_TRUE(waitFor([this] { return !heatmap().text().tokens.isEmpty(); }));

    const std::filesystem::path figure = m_folder / "figure.svg";
    answerDialog(QString::fromStdString(figure.string()));
    act([this] { QTest::keyClick(&heatmap(), Qt::Key_E, Qt::ControlModifier); });
    ASSERT_TRUE(waitFor([&] { return std::filesystem::exists(figure); }));
    EXPECT_LE(m_acts, 6);

    std::ifstream file{figure};
    const std::string svg{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_NE(svg.find("</svg>"), std::string::npos);
}

} // namespace
} // namespace nextquill::ui
