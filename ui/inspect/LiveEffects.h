// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/causal/Attribution.h"
#include "core/workflow/Inspection.h"

#include <QObject>
#include <QTimer>

#include <memory>
#include <vector>

namespace nextquill::ui {

/// Carries what each past text does from the thread that measures to the window, which may be gone
/// by then.
///
/// Threads  made on the GUI thread; say() on any. Kept by everybody who uses it (create()).
class ReviewRelay : public QObject
{
    Q_OBJECT

public:
    [[nodiscard]] static std::shared_ptr<ReviewRelay> create();

    void say(int review, const std::vector<float>& effect) { Q_EMIT said(review, effect); }

Q_SIGNALS:
    void said(int review, const std::vector<float>& effect);

private:
    ReviewRelay() = default;
};

/// Effects of past texts while they are measured: NaN where one is not known yet. Grows with what a
/// relay says, and tells its view of that at most 20 times a second.
class LiveEffects : public QObject
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit LiveEffects(QObject* parent = nullptr);

    /// Forgets what was there, and listens to this relay alone from now on.
    void follow(const std::shared_ptr<ReviewRelay>& relay, InspectionPtr of);
    /// Nothing more comes; what came until now is still shown.
    void stop();

    /// What it is about; nullptr: nothing was followed.
    [[nodiscard]] const InspectionPtr& inspection() const { return m_inspection; }
    /// As they are now; others are another object.
    [[nodiscard]] std::shared_ptr<const causal::Attribution> effects() const;

Q_SIGNALS:
    void grown();

private:
    void add(int review, const std::vector<float>& effect);

    InspectionPtr m_inspection;
    causal::Attribution m_effects;
    QTimer m_rest; ///< runs while what came is not shown yet
    QMetaObject::Connection m_source;
    int m_round = 0; ///< counts the measurements
};

} // namespace nextquill::ui
