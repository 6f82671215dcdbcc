// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/workflow/Inspection.h"

#include <QHash>
#include <QTreeWidget>

#include <memory>

namespace nextquill::ui {

/// The texts that grew out of one text by taking other tokens, as a tree: each line is a text with
/// the place where it leaves the one above it, and keeps its effects.
///
/// Keyboard  as in a tree; the current line is the text that is shown; C compares a branch with the
///           text above it; Delete takes a branch away
class BranchTree : public QTreeWidget
{
    Q_OBJECT

public:
    using InspectionPtr = std::shared_ptr<const workflow::Inspection>;

    explicit BranchTree(QWidget* parent = nullptr);

    /// The text that branches come from; takes the branches of the one before away.
    void setTrunk(const InspectionPtr& trunk);
    /// A text that leaves `from` at `token`. Becomes the current line, and is announced.
    void addBranch(const InspectionPtr& from, std::size_t token, const InspectionPtr& branch);

    /// The same text, measured further, in the place of one that is there.
    void replace(const InspectionPtr& text, const InspectionPtr& further);

    /// Whether the text is the trunk or one of the branches.
    [[nodiscard]] bool has(const InspectionPtr& inspection) const;
    [[nodiscard]] qsizetype branches() const;

public Q_SLOTS:
    /// Asks for the current branch and the text that it left, side by side; nothing on the trunk.
    void compareCurrent();

Q_SIGNALS:
    void chosen(std::shared_ptr<const nextquill::workflow::Inspection> inspection);
    /// `word` is the token that `branch` has in the place of one of `trunk`.
    void compareWanted(std::shared_ptr<const nextquill::workflow::Inspection> trunk,
                       std::shared_ptr<const nextquill::workflow::Inspection> branch,
                       const QString& word);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    [[nodiscard]] QTreeWidgetItem* itemOf(const InspectionPtr& inspection) const;
    void put(QTreeWidgetItem* item, const InspectionPtr& inspection, const QString& where);
    void forget(QTreeWidgetItem* item);
    void removeCurrent();
    [[nodiscard]] bool isBranch(const QTreeWidgetItem* item) const;

    QHash<QTreeWidgetItem*, InspectionPtr> m_texts;
};

} // namespace nextquill::ui
