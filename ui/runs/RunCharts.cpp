// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/runs/RunCharts.h"

#include "ui/widgets/charts/LineChart.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace nextquill::ui {

RunCharts::RunCharts(QWidget* parent)
    : QWidget{parent}
    , m_loss{new LineChart{this}}
    , m_effects{new LineChart{this}}
    , m_optimizer{new LineChart{this}}
{
    m_loss->setObjectName(QStringLiteral("lossChart"));
    for (const QString& name : {tr("loss"), tr("main term"), tr("causal term"), tr("held-out")}) {
        m_loss->addSeries(name);
    }
    m_effects->addSeries(tr("mean PCE"));
    m_effects->addSeries(tr("preference ratio"));
    m_optimizer->addSeries(tr("learning rate"));
    m_optimizer->addSeries(tr("gradient norm"));
    m_loss->setAxisLabels(tr("step"), tr("loss"));
    m_effects->setAxisLabels(tr("step"), tr("effect"));
    m_optimizer->setAxisLabels(tr("step"), QString{});
    for (LineChart* chart : {m_loss, m_effects, m_optimizer}) {
        chart->setEmptyText(tr("No steps yet"));
    }
    auto* tabs = new QTabWidget{this};
    tabs->addTab(m_loss, tr("&Loss"));
    tabs->addTab(m_effects, tr("E&ffects"));
    tabs->addTab(m_optimizer, tr("&Optimizer"));
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(tabs);
}

void RunCharts::clear()
{
    for (Points* points :
         {&m_total, &m_main, &m_causal, &m_heldOut, &m_pce, &m_ratio, &m_rate, &m_norm}) {
        points->clear();
    }
    draw();
}

void RunCharts::note(const Json& event, const char* key, Points& points) const
{
    const auto value = event.find(key);
    const auto step = event.find("step");
    if (value != event.end() && value->is_number() && step != event.end() && step->is_number()) {
        points[step->get<double>()] = value->get<double>();
    }
}

void RunCharts::add(const std::vector<Json>& events)
{
    for (const Json& event : events) {
        const std::string kind = event.value("event", "");
        if (kind == "step") {
            note(event, "loss", m_total);
            note(event, "loss_main", m_main);
            note(event, "loss_causal", m_causal);
            note(event, "mean_pce", m_pce);
            note(event, "preference_ratio", m_ratio);
            note(event, "lr", m_rate);
            note(event, "grad_norm", m_norm);
        } else if (kind == "evaluate") {
            note(event, "loss", m_heldOut);
        }
    }
    draw();
}

void RunCharts::draw()
{
    const auto set = [](LineChart* chart, int series, const Points& points) {
        QList<double> x;
        QList<double> y;
        for (const auto& [step, value] : points) {
            x.append(step);
            y.append(value);
        }
        chart->setData(series, x, y);
    };
    set(m_loss, 0, m_total);
    set(m_loss, 1, m_main);
    set(m_loss, 2, m_causal);
    set(m_loss, 3, m_heldOut);
    set(m_effects, 0, m_pce);
    set(m_effects, 1, m_ratio);
    set(m_optimizer, 0, m_rate);
    set(m_optimizer, 1, m_norm);
}

} // namespace nextquill::ui
