// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/RemoveQuestion.h"

#include "ui/project/ShownText.h"

#include <QCheckBox>
#include <QPushButton>

#include <utility>

namespace nextquill::ui {

namespace {

QString shownFiles(const workflow::FilesToDelete& files)
{
    return RemoveQuestion::tr("%n file(s), %1", nullptr, static_cast<int>(files.files.size()))
        .arg(shownBytes(files.bytes));
}

} // namespace

RemoveQuestion::RemoveQuestion(workflow::KnownModel model, workflow::FilesToDelete files,
                               const QStringList& runs, QWidget* parent)
    : QMessageBox{parent}
    , m_model{std::move(model)}
    , m_files{std::move(files)}
    , m_runs{runs}
    , m_remove{addButton(tr("&Remove"), QMessageBox::DestructiveRole)}
{
    setObjectName(QStringLiteral("removeQuestion"));
    setWindowTitle(tr("Remove a model"));
    setTextFormat(Qt::PlainText);
    setText(tr("Remove %1?").arg(shown(m_model.name)));
    setDefaultButton(addButton(QMessageBox::Cancel));
    setEscapeButton(QMessageBox::Cancel);
    if (m_model.source != workflow::ModelSource::Hub && !m_files.files.empty()) {
        m_delete = new QCheckBox{tr("Also &delete its files (%1)").arg(shownFiles(m_files))};
        m_delete->setObjectName(QStringLiteral("deleteFiles"));
        setCheckBox(m_delete);
        connect(m_delete, &QCheckBox::toggled, this, &RemoveQuestion::renewText);
    }
    QStringList names;
    for (const std::string& name : m_files.files) {
        names.append(shown(name));
    }
    if (!names.isEmpty()) {
        setDetailedText(tr("Files in %1:").arg(shownPath(m_files.folder)) % QLatin1Char('\n') %
                        names.join(QLatin1Char('\n')));
    }
    renewText();
}

bool RemoveQuestion::isAgreed() const
{
    return clickedButton() == m_remove;
}

bool RemoveQuestion::deletesFiles() const
{
    return m_model.source == workflow::ModelSource::Hub ||
           (m_delete != nullptr && m_delete->isChecked());
}

void RemoveQuestion::renewText()
{
    QString text;
    if (m_model.source == workflow::ModelSource::Hub) {
        text = tr("All that the hub's cache has of it is deleted for good, other revisions and "
                  "files too: %1 in %2. Other programs lose it as well. It can be fetched again.")
                   .arg(shownFiles(m_files), shownPath(m_files.folder));
    } else if (m_files.files.empty()) {
        text = tr("Its name goes from the list. No file of it is there.");
    } else if (deletesFiles()) {
        text =
            tr("Its name goes from the list, and its files are deleted for good: %1 in %2. Other "
               "files of that folder stay.")
                .arg(shownFiles(m_files), shownPath(m_files.folder));
    } else {
        text = tr("Its name goes from the list. No file is deleted: they stay in %1.")
                   .arg(shownPath(m_files.folder));
    }
    if (!m_runs.isEmpty()) {
        text += QStringLiteral("\n\n") % tr("%n run(s) of this project use it: %1.", nullptr,
                                            static_cast<int>(m_runs.size()))
                                             .arg(m_runs.join(QStringLiteral(", ")));
    }
    setInformativeText(text);
    m_remove->setText(deletesFiles() ? tr("&Remove and delete files") : tr("&Remove"));
}

} // namespace nextquill::ui
