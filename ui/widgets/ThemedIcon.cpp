// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/ThemedIcon.h"

#include "ui/widgets/Theme.h"
#include "ui/widgets/WidgetResources.h"

#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QSvgRenderer>

#include <algorithm>
#include <memory>
#include <utility>

namespace nextquill::ui {

namespace {

const QString folder = QStringLiteral(":/nextquill/icons/");

/// Draws a single-color SVG and then lets the color flow into its shape.
class TintedEngine final : public QIconEngine
{
public:
    enum class Ground { Window, Accent };

    TintedEngine(QString name, QColor color, Ground ground = Ground::Window)
        : m_name{std::move(name)}
        , m_color{std::move(color)}
        , m_ground{ground}
        , m_drawing{std::make_shared<QSvgRenderer>(folder + m_name + QStringLiteral(".svg"))}
    {
    }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        const double ratio = painter->device()->devicePixelRatioF();
        QPixmap picture = drawn((QSizeF{rect.size()} * ratio).toSize(), mode, state);
        picture.setDevicePixelRatio(ratio);
        painter->drawPixmap(rect, picture);
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        return drawn(size, mode, state);
    }

    [[nodiscard]] QIconEngine* clone() const override { return new TintedEngine{*this}; }
    [[nodiscard]] QString key() const override { return QStringLiteral("nextquill"); }
    QString iconName() override { return m_name; }
    bool isNull() override { return !m_drawing->isValid(); }

private:
    [[nodiscard]] QColor colorFor(QIcon::Mode mode, QIcon::State state) const
    {
        if (m_color.isValid()) {
            return m_color;
        }
        const QPalette palette = QGuiApplication::palette();
        if (mode == QIcon::Disabled) {
            return palette.color(QPalette::Disabled, QPalette::WindowText);
        }
        if (m_ground == Ground::Accent) {
            return themeColors(palette).accentInk;
        }
        return state == QIcon::On ? palette.color(QPalette::Link)
                                  : palette.color(QPalette::WindowText);
    }

    [[nodiscard]] QPixmap drawn(const QSize& size, QIcon::Mode mode, QIcon::State state) const
    {
        QImage image{size, QImage::Format_ARGB32_Premultiplied};
        image.fill(Qt::transparent);
        QPainter painter{&image};
        const int side = std::min(size.width(), size.height());
        m_drawing->render(&painter, QRectF{(size.width() - side) / 2.0,
                                           (size.height() - side) / 2.0, 1.0 * side, 1.0 * side});
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(image.rect(), colorFor(mode, state));
        painter.end();
        return QPixmap::fromImage(image);
    }

    QString m_name;
    QColor m_color; // invalid: the palette's
    Ground m_ground;
    std::shared_ptr<QSvgRenderer> m_drawing;
};

} // namespace

QIcon themedIcon(const QString& name)
{
    return tintedIcon(name, {});
}

QIcon tintedIcon(const QString& name, const QColor& color)
{
    loadWidgetResources();
    return QIcon{new TintedEngine{name, color}};
}

QIcon accentIcon(const QString& name)
{
    loadWidgetResources();
    return QIcon{new TintedEngine{name, {}, TintedEngine::Ground::Accent}};
}

QStringList themedIconNames()
{
    loadWidgetResources();
    QStringList names;
    for (const QFileInfo& file : QDir{folder}.entryInfoList({QStringLiteral("*.svg")})) {
        names << file.completeBaseName();
    }
    return names;
}

} // namespace nextquill::ui
