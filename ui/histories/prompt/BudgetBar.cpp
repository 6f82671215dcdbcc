// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/prompt/BudgetBar.h"

#include "ui/histories/prompt/OriginScale.h"
#include "ui/widgets/Theme.h"

#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QStringList>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr double barRounding = 4;

QString counted(std::size_t tokens)
{
    return QLocale{}.toString(static_cast<qulonglong>(tokens));
}

std::array<std::pair<text::Origin, std::size_t>, 5> shares(const workflow::PromptParts& parts)
{
    return {{{text::Origin::Markup, parts.markup},
             {text::Origin::Instruction, parts.instruction},
             {text::Origin::Item, parts.item},
             {text::Origin::Review, parts.reviews},
             {text::Origin::Request, parts.request}}};
}

} // namespace

/// The painted part.
class BudgetBar::Bar : public QWidget
{
public:
    explicit Bar(QWidget* parent)
        : QWidget{parent}
    {
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }

    void set(const workflow::PromptParts& parts, std::size_t limit)
    {
        m_parts = parts;
        m_limit = limit;
        update();
    }

    [[nodiscard]] QSize sizeHint() const override { return {200, fontMetrics().height()}; }

protected:
    void paintEvent(QPaintEvent* /*event*/) override
    {
        QPainter painter{this};
        painter.setRenderHint(QPainter::Antialiasing);
        const ThemeColors& colors = themeColors(palette());
        const QRectF frame = QRectF{rect()}.adjusted(0.5, 0.5, -0.5, -0.5);
        QPainterPath outline;
        outline.addRoundedRect(frame, barRounding, barRounding);
        painter.fillPath(outline, palette().base());
        painter.save();
        painter.setClipPath(outline);
        double left = frame.left();
        for (const auto& [origin, tokens] : shares(m_parts)) {
            if (m_limit == 0) {
                break;
            }
            const double width =
                frame.width() * static_cast<double>(tokens) / static_cast<double>(m_limit);
            const QRectF part{left, frame.top(), width, frame.height()};
            painter.fillRect(part, OriginScale::colorOf(origin, groundOf(palette())));
            painter.setPen(colors.line);
            painter.drawLine(part.topRight(), part.bottomRight());
            left += width;
        }
        painter.restore();
        painter.setPen(colors.line);
        painter.drawPath(outline);
    }

private:
    workflow::PromptParts m_parts;
    std::size_t m_limit = 0;
};

BudgetBar::BudgetBar(QWidget* parent)
    : QWidget{parent}
    , m_bar{new Bar{this}}
    , m_words{new QLabel{this}}
{
    m_words->setObjectName(QStringLiteral("budgetWords"));
    m_words->setTextFormat(Qt::PlainText);
    m_words->setWordWrap(true);
    m_words->setProperty("role", QStringLiteral("muted"));
    m_words->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_bar);
    layout->addWidget(m_words);
    setAccessibleName(tr("Token budget of the prompt"));
}

void BudgetBar::showBudget(const workflow::PromptView& view)
{
    m_bar->set(view.parts, view.limit);
    QStringList words;
    words << tr("%1 of %2 tokens").arg(counted(view.tokens.size()), counted(view.limit));
    for (const auto& [origin, tokens] : shares(view.parts)) {
        words << tr("%1 %2", "part of the prompt, number of tokens")
                     .arg(originName(origin), counted(tokens));
    }
    words << tr("left %1").arg(counted(view.limit - std::min(view.limit, view.tokens.size())));
    if (view.limitIsContext) {
        words << tr("the limit is what the model's context of %1 leaves beside the text")
                     .arg(counted(view.contextLength));
    }
    if (view.descriptionCut) {
        words << tr("the item's description is cut");
    }
    m_words->setText(words.join(QStringLiteral(" · ")));
    m_bar->setToolTip(m_words->text());
    setAccessibleDescription(m_words->text());
}

void BudgetBar::showNothing()
{
    m_bar->set({}, 0);
    m_bar->setToolTip({});
    m_words->clear();
    setAccessibleDescription({});
}

QString BudgetBar::sentence() const
{
    return m_words->text();
}

} // namespace nextquill::ui
