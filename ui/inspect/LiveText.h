// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/PreferenceEffects.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <memory>
#include <string>
#include <vector>

namespace nextquill::ui {

/// Carries each token that a model writes from its thread to the window, which may be gone by then.
///
/// Threads  made on the GUI thread; say() on any. Kept by everybody who uses it (create()).
class TokenRelay : public QObject
{
    Q_OBJECT

public:
    [[nodiscard]] static std::shared_ptr<TokenRelay> create();

    void say(const causal::TokenEffect& effect, const std::string& piece)
    {
        Q_EMIT said(effect, piece);
    }

Q_SIGNALS:
    void said(const nextquill::causal::TokenEffect& effect, const std::string& piece);

private:
    TokenRelay() = default;
};

/// A text that is being written, with the effect of each token: grows with what a relay says, and
/// tells its view of that at most 20 times a second.
class LiveText : public QObject
{
    Q_OBJECT

public:
    explicit LiveText(QObject* parent = nullptr);

    /// Forgets what was there, and listens to this relay alone from now on.
    void follow(const std::shared_ptr<TokenRelay>& relay);
    /// Nothing more is shown of it.
    void stop();

    [[nodiscard]] const std::string& text() const { return m_text; }
    /// Their bytes are those of text(): a character of several tokens stands with its last one.
    [[nodiscard]] const std::vector<causal::TokenEffect>& tokens() const { return m_tokens; }

Q_SIGNALS:
    void grown();

private:
    void add(const causal::TokenEffect& effect, const std::string& piece);

    std::string m_text;
    std::vector<causal::TokenEffect> m_tokens;
    QTimer m_rest; ///< runs while what came is not shown yet
    QMetaObject::Connection m_source;
    int m_round = 0; ///< counts the texts
};

} // namespace nextquill::ui
