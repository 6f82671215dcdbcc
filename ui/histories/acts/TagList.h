// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/table/TableCuration.h"

#include <QObject>

#include <vector>

namespace nextquill::ui {

class ProjectSession;

/// The tags of the open project, as menus and keys need them: there at once, read again whenever
/// the data change.
///
/// Owners   of() makes one for a session, which owns it
class TagList : public QObject
{
    Q_OBJECT

public:
    [[nodiscard]] static TagList& of(ProjectSession& session);

    /// By key, then by name.
    [[nodiscard]] const std::vector<store::Tag>& tags() const { return m_tags; }
    /// The tag that a key from 1 to 9 sets, or null.
    [[nodiscard]] const store::Tag* ofKey(int key) const;

Q_SIGNALS:
    void changed();

private:
    explicit TagList(ProjectSession& session);
    void reload();

    ProjectSession& m_session;
    std::vector<store::Tag> m_tags;
    quint64 m_question = 0; ///< an answer to an older one is dropped
};

} // namespace nextquill::ui
