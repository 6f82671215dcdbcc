// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTimer>

#include <cstdint>
#include <filesystem>
#include <optional>

namespace nextquill::ui {

class ProjectSession;

/// What may happen to a project's file while it is open.
struct ProjectCondition
{
    enum class Place {
        There,
        Gone,     ///< moved, renamed, removed, or its disk was taken away
        Replaced, ///< another file has its name now
    };

    Place place = Place::There;
    bool isDiskFull = false;
    std::uint64_t freeBytes = 0;

    bool operator==(const ProjectCondition& other) const
    {
        return place == other.place && isDiskFull == other.isDiskFull;
    }
};

/// Looks at the open project's file and its disk every few seconds, on a worker: a disk that does
/// not answer stalls nothing.
///
/// Threads  GUI thread only
class ProjectWatch : public QObject
{
    Q_OBJECT

public:
    explicit ProjectWatch(ProjectSession& session, QObject* parent = nullptr);

    [[nodiscard]] const ProjectCondition& condition() const { return m_condition; }

    /// Less free space than this is as good as none; 64 MiB.
    void setLeastSpace(std::uint64_t bytes) { m_leastSpace = bytes; }

public Q_SLOTS:
    /// Looks now.
    void look();

Q_SIGNALS:
    void changed(const nextquill::ui::ProjectCondition& condition);

private:
    void restart();

    /// Which file it is, whatever it is called.
    struct FileNumber
    {
        std::uint64_t device = 0;
        std::uint64_t file = 0;
        bool operator==(const FileNumber&) const = default;
    };
    struct Seen
    {
        std::optional<FileNumber> number; ///< none: there is no file
        std::optional<std::uint64_t> freeBytes;
    };
    [[nodiscard]] static Seen seenOf(const std::filesystem::path& file);
    void judge(const Seen& seen);

    ProjectSession& m_session;
    QTimer m_timer;
    bool m_isLooking = false;
    std::uint64_t m_leastSpace = std::uint64_t{64} << 20;
    std::optional<FileNumber> m_first; ///< as it was when it was opened
    ProjectCondition m_condition;
};

} // namespace nextquill::ui
