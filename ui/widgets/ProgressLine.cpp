// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ProgressLine.h"

#include "ui/widgets/ThemedIcon.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QStringList>
#include <QToolButton>

#include <cmath>
#include <optional>

namespace nextquill::ui {

namespace {

constexpr int barSteps = 1000; // totals may be larger than an int

} // namespace

ProgressLine::ProgressLine(QWidget* parent)
    : QWidget{parent}
    , m_title{new QLabel{this}}
    , m_bar{new QProgressBar{this}}
    , m_text{new QLabel{this}}
    , m_pause{new QToolButton{this}}
    , m_cancel{new QToolButton{this}}
{
    m_title->setTextFormat(Qt::PlainText);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setProperty("role", QStringLiteral("muted"));
    m_bar->setTextVisible(false);
    m_bar->setMinimumWidth(120);
    m_bar->setMaximumWidth(280);
    m_bar->setFixedHeight(8);
    m_bar->setAccessibleName(tr("Progress"));
    m_cancel->setIcon(themedIcon(QStringLiteral("close")));
    m_cancel->setToolTip(tr("Cancel; what is finished is kept"));
    m_cancel->setAccessibleName(tr("Cancel"));
    for (QToolButton* button : {m_pause, m_cancel}) {
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
    }
    m_pause->hide();

    auto* line = new QHBoxLayout{this};
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(10);
    line->addWidget(m_title);
    line->addWidget(m_bar, 1);
    line->addWidget(m_text);
    line->addWidget(m_pause);
    line->addWidget(m_cancel);
    line->addStretch();

    connect(m_pause, &QToolButton::clicked, this, [this] { Q_EMIT pauseRequested(!m_paused); });
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        m_cancelling = true;
        m_cancel->setEnabled(false);
        m_pause->setEnabled(false);
        renewText();
        Q_EMIT cancelRequested();
    });
    setPaused(false);
}

void ProgressLine::begin(const QString& title)
{
    m_clock.restart();
    m_title->setText(title);
    m_stage.clear();
    m_done = 0;
    m_total = 0;
    m_cancelling = false;
    m_bar->setRange(0, barSteps);
    m_bar->setValue(0);
    m_bar->show();
    m_cancel->setEnabled(true);
    m_pause->setEnabled(true);
    m_cancel->show();
    setPaused(false);
}

void ProgressLine::setPausable(bool pausable)
{
    m_pause->setVisible(pausable);
}

void ProgressLine::setCancellable(bool cancellable)
{
    m_cancel->setVisible(cancellable);
}

void ProgressLine::setUnit(const QString& unit)
{
    m_unit = unit;
    renewText();
}

void ProgressLine::alignIn(int titleWidth)
{
    m_title->setMinimumWidth(titleWidth);
    m_bar->setMinimumWidth(m_bar->maximumWidth());
    auto* line = qobject_cast<QHBoxLayout*>(layout());
    line->setStretchFactor(m_bar, 0);
    line->setStretchFactor(m_text, 1);
    line->setStretch(line->count() - 1, 0);
}

int ProgressLine::titleWidth() const
{
    return m_title->fontMetrics().horizontalAdvance(m_title->text());
}

void ProgressLine::setInBytes(bool inBytes)
{
    m_inBytes = inBytes;
    renewText();
}

QString ProgressLine::amount(std::int64_t value) const
{
    return m_inBytes ? locale().formattedDataSize(value, 1, QLocale::DataSizeSIFormat)
                     : locale().toString(static_cast<qlonglong>(value));
}

void ProgressLine::rest(const QString& text)
{
    m_bar->setRange(0, barSteps);
    m_bar->setValue(m_total > 0 ? static_cast<int>(static_cast<double>(m_done) /
                                                   static_cast<double>(m_total) * barSteps)
                                : 0);
    m_cancelling = false;
    m_cancel->setEnabled(true);
    m_pause->setEnabled(true);
    m_text->setText(text);
}

void ProgressLine::setProgress(std::int64_t done, std::int64_t total, const QString& stage)
{
    m_clock.report(std::chrono::steady_clock::now(), done, total);
    m_done = done;
    m_total = total;
    m_stage = stage;
    m_bar->setRange(0, total > 0 ? barSteps : 0);
    if (total > 0) {
        m_bar->setValue(
            static_cast<int>(static_cast<double>(done) / static_cast<double>(total) * barSteps));
    }
    renewText();
}

void ProgressLine::setPaused(bool paused)
{
    m_paused = paused;
    m_clock.restart(); // the pause must not count as a slow step
    m_pause->setIcon(themedIcon(paused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_pause->setToolTip(paused ? tr("Continue") : tr("Pause"));
    m_pause->setAccessibleName(m_pause->toolTip());
    renewText();
}

void ProgressLine::finish(const QString& text)
{
    m_bar->hide();
    m_pause->hide();
    m_cancel->hide();
    m_text->setText(text);
}

void ProgressLine::renewText()
{
    QStringList parts;
    if (m_cancelling) {
        parts << tr("Cancelling…");
    } else if (m_paused) {
        parts << tr("Paused");
    }
    if (!m_stage.isEmpty()) {
        parts << m_stage;
    }
    if (m_total > 0) {
        parts << tr("%1 of %2").arg(amount(m_done), amount(m_total));
    } else if (m_done > 0) {
        parts << amount(m_done);
    }
    if (!m_cancelling && !m_paused) {
        const auto rate = m_inBytes ? m_clock.stepsPerSecond() : std::nullopt;
        parts << (rate ? tr("%1/s").arg(amount(std::llround(*rate))) : m_clock.rateText(m_unit))
              << m_clock.remainingText(QDateTime::currentDateTime());
    }
    parts.removeAll(QString{});
    m_text->setText(parts.join(QStringLiteral(" · ")));
}

} // namespace nextquill::ui
