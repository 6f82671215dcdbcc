// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspect/LiveText.h"

namespace nextquill::ui {

namespace {

constexpr int millisecondsBetweenPictures = 50;

} // namespace

std::shared_ptr<TokenRelay> TokenRelay::create()
{
    // Whoever lets go last: the object ends on its own thread.
    return {new TokenRelay, [](TokenRelay* relay) { relay->deleteLater(); }};
}

LiveText::LiveText(QObject* parent)
    : QObject{parent}
{
    m_rest.setSingleShot(true);
    m_rest.setInterval(millisecondsBetweenPictures);
    connect(&m_rest, &QTimer::timeout, this, &LiveText::grown);
}

void LiveText::follow(const std::shared_ptr<TokenRelay>& relay)
{
    stop();
    m_text.clear();
    m_tokens.clear();
    // What is on its way from another text comes all the same.
    m_source = connect(
        relay.get(), &TokenRelay::said, this,
        [this, round = m_round](const causal::TokenEffect& effect, const std::string& piece) {
            if (round == m_round) {
                add(effect, piece);
            }
        },
        Qt::QueuedConnection);
}

void LiveText::stop()
{
    disconnect(m_source);
    ++m_round;
    m_rest.stop();
}

void LiveText::add(const causal::TokenEffect& effect, const std::string& piece)
{
    m_tokens.push_back(effect);
    m_tokens.back().bytes = ByteRange{m_text.size(), m_text.size() + piece.size()};
    m_text += piece;
    if (!m_rest.isActive()) {
        m_rest.start();
    }
}

} // namespace nextquill::ui
