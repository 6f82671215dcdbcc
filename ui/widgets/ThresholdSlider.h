// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QSlider;

namespace nextquill::ui {

/// A slider with a number field beside it and a sentence on what the choice means.
///
/// The slider's steps follow the square root, so that small thresholds are easy to reach.
class ThresholdSlider : public QWidget
{
    Q_OBJECT

public:
    explicit ThresholdSlider(QWidget* parent = nullptr);

    void setMaximum(double maximum);
    /// Marked below the slider: the value that the run was trained with; double-click returns to
    /// it.
    void setReference(double reference);
    void setValue(double value);
    [[nodiscard]] double value() const;
    /// "18 % weighted, 24 of 130 tokens"
    void setSummary(const QString& summary);

Q_SIGNALS:
    void valueChanged(double value);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    QSlider* m_slider;
    QDoubleSpinBox* m_field;
    QLabel* m_summary;
    double m_maximum = 0.5;
    double m_reference = 0.05;
};

} // namespace nextquill::ui
