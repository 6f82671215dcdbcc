// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/export/ExportWriter.h"

#include <vector>

namespace nextquill::store {

/// A text with what it is about.
struct PastText
{
    Review review;
    Item item;
};

/// Turns rows into targets with their profiles, for the formats that have both.
///
/// Examples of a split come with the history that the project has. Reviews come by user and time:
/// the newest of each user is the target, what was written strictly earlier its profile; of several
/// of the newest time each is one.
class ExampleProfiles : public ExportWriter
{
public:
    explicit ExampleProfiles(const ExportPlace& place)
        : m_place{place}
    {
    }

    void write(const ExportRow& row) final;
    void finishRows() final { endTimeline(); }

protected:
    [[nodiscard]] const ExportPlace& place() const { return m_place; }

    /// `profile` is oldest first.
    virtual void writeTarget(const ExportRow& target, const std::vector<PastText>& profile) = 0;

private:
    void endTimeline();

    ExportPlace m_place;
    std::vector<ExportRow> m_timeline; ///< of the user that is under way
};

} // namespace nextquill::store
