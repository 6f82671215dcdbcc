// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ThresholdSlider.h"

#include <QDoubleSpinBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QSignalBlocker>
#include <QSlider>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace nextquill::ui {

namespace {

constexpr int sliderSteps = 200;

int positionOf(double value, double maximum)
{
    return static_cast<int>(std::lround(std::sqrt(std::max(0.0, value / maximum)) * sliderSteps));
}

double valueAt(int position, double maximum)
{
    const double share = static_cast<double>(position) / sliderSteps;
    return share * share * maximum;
}

} // namespace

ThresholdSlider::ThresholdSlider(QWidget* parent)
    : QWidget{parent}
    , m_slider{new QSlider{Qt::Horizontal, this}}
    , m_field{new QDoubleSpinBox{this}}
    , m_summary{new QLabel{this}}
{
    m_slider->setRange(0, sliderSteps);
    m_slider->setAccessibleName(tr("Threshold"));
    m_slider->setMinimumWidth(120);
    m_slider->installEventFilter(this);
    m_field->setDecimals(3);
    m_field->setSingleStep(0.005);
    m_field->setMaximum(m_maximum);
    m_field->setAccessibleName(tr("Threshold"));
    m_field->setFocusPolicy(Qt::StrongFocus); // the wheel alone must not change it
    m_field->installEventFilter(this);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setProperty("role", QStringLiteral("muted"));
    m_summary->setWordWrap(true);

    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(m_slider, 1);
    line->addWidget(m_field);
    auto* lines = new QVBoxLayout{this};
    lines->setContentsMargins(0, 0, 0, 0);
    lines->addLayout(line);
    lines->addWidget(m_summary);

    connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
        const QSignalBlocker quiet{m_field};
        m_field->setValue(valueAt(position, m_maximum));
        Q_EMIT valueChanged(value());
    });
    connect(m_field, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        const QSignalBlocker quiet{m_slider};
        m_slider->setValue(positionOf(value, m_maximum));
        Q_EMIT valueChanged(value);
    });
    setReference(m_reference);
    setValue(m_reference);
    setFocusProxy(m_slider);
}

void ThresholdSlider::setMaximum(double maximum)
{
    const double held = value();
    m_maximum = maximum;
    m_field->setMaximum(maximum);
    const QSignalBlocker quiet{m_slider};
    m_slider->setValue(positionOf(std::min(held, maximum), maximum));
    m_slider->update();
}

void ThresholdSlider::setReference(double reference)
{
    m_reference = reference;
    m_slider->setToolTip(tr("Double-click returns to %1").arg(locale().toString(reference)));
    m_slider->update();
}

void ThresholdSlider::setValue(double value)
{
    m_field->setValue(value);
}

double ThresholdSlider::value() const
{
    return m_field->value();
}

void ThresholdSlider::setSummary(const QString& summary)
{
    m_summary->setText(summary);
}

bool ThresholdSlider::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_field) {
        if (event->type() == QEvent::Wheel && !m_field->hasFocus()) {
            event->ignore();
            return true;
        }
        return false;
    }
    if (event->type() == QEvent::MouseButtonDblClick) {
        setValue(m_reference);
        return true;
    }
    if (event->type() == QEvent::Paint) {
        const int handle =
            m_slider->style()->pixelMetric(QStyle::PM_SliderLength, nullptr, m_slider);
        const int x = handle / 2 + QStyle::sliderPositionFromValue(
                                       0, sliderSteps, positionOf(m_reference, m_maximum),
                                       m_slider->width() - handle);
        QPainter painter{m_slider};
        painter.fillRect(QRect{x - 1, m_slider->height() - 5, 2, 5},
                         palette().color(QPalette::Text));
    }
    return false;
}

} // namespace nextquill::ui
