// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/LiveEffects.h"

#include <limits>
#include <utility>

namespace nextquill::ui {

namespace {

constexpr int millisecondsBetweenRows = 50;

} // namespace

std::shared_ptr<ReviewRelay> ReviewRelay::create()
{
    // Whoever lets go last: the object ends on its own thread.
    return {new ReviewRelay, [](ReviewRelay* relay) { relay->deleteLater(); }};
}

LiveEffects::LiveEffects(QObject* parent)
    : QObject{parent}
{
    m_rest.setSingleShot(true);
    m_rest.setInterval(millisecondsBetweenRows);
    connect(&m_rest, &QTimer::timeout, this, &LiveEffects::grown);
}

void LiveEffects::follow(const std::shared_ptr<ReviewRelay>& relay, InspectionPtr of)
{
    stop();
    m_inspection = std::move(of);
    const std::size_t reviews = m_inspection->history.size();
    const std::size_t cells = m_inspection->effects.tokens.size() * reviews;
    m_effects = {.reviews = static_cast<int>(reviews),
                 .effect = std::vector<float>(cells, std::numeric_limits<float>::quiet_NaN()),
                 .logEffect = {}};
    // What is on its way from another measurement comes all the same.
    m_source = connect(
        relay.get(), &ReviewRelay::said, this,
        [this, round = m_round](int review, const std::vector<float>& effect) {
            if (round == m_round) {
                add(review, effect);
            }
        },
        Qt::QueuedConnection);
}

void LiveEffects::stop()
{
    disconnect(m_source);
    ++m_round;
    if (m_rest.isActive()) {
        m_rest.stop();
        Q_EMIT grown();
    }
}

std::shared_ptr<const causal::Attribution> LiveEffects::effects() const
{
    return std::make_shared<const causal::Attribution>(m_effects);
}

void LiveEffects::add(int review, const std::vector<float>& effect)
{
    const auto reviews = static_cast<std::size_t>(m_effects.reviews);
    for (std::size_t t = 0; t < effect.size(); ++t) {
        m_effects.effect[t * reviews + static_cast<std::size_t>(review)] = effect[t];
    }
    if (!m_rest.isActive()) {
        m_rest.start();
    }
}

} // namespace nextquill::ui
