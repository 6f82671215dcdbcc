// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>

#include <optional>
#include <utility>
#include <vector>

namespace nextquill::ui {

/// One token's effect in front of what other histories do to it: a line each of dots for the
/// placebos and for the resampled histories with their 95 % ranges, and the real value across.
class EffectDistribution : public QWidget
{
    Q_OBJECT

public:
    struct Row
    {
        QString name; ///< "Other users"
        std::vector<float> effects;
        std::pair<float, float> range; ///< 95 %
    };

    explicit EffectDistribution(QWidget* parent = nullptr);

    /// `token` is what stands above; no rows: nothing is drawn.
    void setToken(const QString& token, float effect, std::vector<Row> rows);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_token;
    float m_effect = 0;
    std::vector<Row> m_rows;
};

} // namespace nextquill::ui
