// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/acts/EditReviewDialog.h"

#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"
#include "ui/widgets/Theme.h"
#include "ui/widgets/WordDiff.h"

#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QStyle>
#include <QVBoxLayout>

#include <cmath>

namespace nextquill::ui {

namespace {

constexpr double lowestRating = 0;
constexpr double highestRating = 10;
constexpr qsizetype longestCompared = 20'000; // characters: beyond, only that it differs is said

/// A review with the names that a person reads; none when it is gone.
std::optional<store::ReviewRow> reviewOf(store::Project& project, ReviewId review)
{
    const store::Histories histories{project};
    const auto found = histories.findReview(review);
    if (!found) {
        return std::nullopt;
    }
    const auto user = histories.findUser(found->user);
    const auto item = histories.findItem(found->item);
    return store::ReviewRow{.review = *found,
                            .userName = user ? user->name : std::string{},
                            .itemTitle = item ? store::titleOf(*item) : std::string{}};
}

} // namespace

EditReviewDialog::EditReviewDialog(ProjectSession& session, ReviewId review, QWidget* parent)
    : QDialog{parent}
    , m_session{session}
    , m_heading{new QLabel{tr("Reading the review…"), this}}
    , m_title{new QLineEdit{this}}
    , m_text{new QPlainTextEdit{this}}
    , m_rating{new QDoubleSpinBox{this}}
    , m_state{new QLabel{this}}
    , m_save{new QPushButton{tr("&Save"), this}}
{
    setWindowTitle(tr("Edit a review"));
    setObjectName(QStringLiteral("editReview"));
    createLayout();
    connect(m_title, &QLineEdit::textChanged, this, &EditReviewDialog::showState);
    connect(m_text, &QPlainTextEdit::textChanged, this, &EditReviewDialog::showState);
    connect(m_rating, &QDoubleSpinBox::valueChanged, this, &EditReviewDialog::showState);
    load(review);
    showState();
}

void EditReviewDialog::createLayout()
{
    m_heading->setProperty("role", QStringLiteral("muted"));
    m_heading->setTextFormat(Qt::PlainText);
    m_heading->setWordWrap(true);
    m_title->setObjectName(QStringLiteral("editTitle"));
    m_text->setObjectName(QStringLiteral("editText"));
    m_text->setTabChangesFocus(true);
    m_text->setFont(readingFont(font().pointSizeF()));
    m_rating->setObjectName(QStringLiteral("editRating"));
    m_rating->setRange(lowestRating, highestRating);
    m_rating->setDecimals(2);
    m_state->setObjectName(QStringLiteral("editState"));
    m_state->setWordWrap(true);
    m_save->setObjectName(QStringLiteral("saveEdit"));
    m_save->setDefault(true);
    m_save->setProperty("role", QStringLiteral("primary"));
    for (QWidget* field : {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_text),
                           static_cast<QWidget*>(m_rating)}) {
        field->setEnabled(false);
    }
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->addRow(tr("&Title"), m_title);
    form->addRow(tr("Te&xt"), m_text);
    form->addRow(tr("&Rating"), m_rating);
    auto* buttons = new QDialogButtonBox{QDialogButtonBox::Cancel, this};
    buttons->addButton(m_save, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    for (const int enter : {Qt::Key_Return, Qt::Key_Enter}) {
        auto* save = new QShortcut{QKeySequence{Qt::CTRL | static_cast<Qt::Key>(enter)}, this};
        connect(save, &QShortcut::activated, m_save, &QPushButton::click);
    }
    auto* layout = new QVBoxLayout{this};
    layout->addWidget(m_heading);
    layout->addLayout(form, 1);
    layout->addWidget(m_state);
    layout->addWidget(buttons);
    resize(680, 480);
}

void EditReviewDialog::load(ReviewId review)
{
    auto* job = m_session.read(tr("Reading a review"), this,
                               [review](store::Project& project, StopToken, Progress&) {
                                   return reviewOf(project, review);
                               });
    connect(job, &Job::done, this, [this, job] {
        if (const auto row = job->takeValue()) {
            showReview(*row);
        } else {
            m_heading->setText(tr("The review is not there any more."));
        }
    });
    connect(job, &Job::failed, this, &QDialog::reject); // the window says why
}

void EditReviewDialog::showReview(const store::ReviewRow& row)
{
    m_before = row.review;
    m_heading->setText(
        tr("%1 · %2 · %3")
            .arg(shown(row.userName), shown(row.itemTitle), shownDate(row.review.time)));
    m_title->setText(shown(row.review.title));
    m_text->setPlainText(shown(row.review.text));
    m_rating->setValue(row.review.rating);
    for (QWidget* field : {static_cast<QWidget*>(m_title), static_cast<QWidget*>(m_text),
                           static_cast<QWidget*>(m_rating)}) {
        field->setEnabled(true);
    }
    m_loaded = true;
    m_text->setFocus();
    showState();
}

ReviewEdit EditReviewDialog::edit() const
{
    ReviewEdit edit;
    if (!m_loaded) {
        return edit;
    }
    // Fields show some characters (line ends, mostly) in their own way: what a person left alone is
    // left alone.
    if (m_title->isModified() && stored(m_title->text()) != m_before.title) {
        edit.title = m_title->text();
    }
    if (m_text->document()->isModified() && stored(m_text->toPlainText()) != m_before.text) {
        edit.text = m_text->toPlainText();
    }
    const double step = 0.005; // half of what the field shows
    if (std::abs(m_rating->value() - m_before.rating) > step) {
        edit.rating = m_rating->value();
    }
    return edit;
}

void EditReviewDialog::showState()
{
    const ReviewEdit made = edit();
    const bool hasWords = !m_text->toPlainText().trimmed().isEmpty();
    QString state;
    if (m_loaded && !hasWords) {
        state = tr("A review needs a text. To leave it out, exclude it instead.");
    } else if (made.text && made.text->size() <= longestCompared) {
        const TextDifferences differences = wordDifferences(shown(m_before.text), *made.text);
        state = tr("%1; %2").arg(
            tr("%Ln passage(s) removed", nullptr, static_cast<int>(differences.before.size())),
            tr("%Ln passage(s) new", nullptr, static_cast<int>(differences.after.size())));
    }
    m_state->setProperty("role", hasWords ? QStringLiteral("muted") : QStringLiteral("error"));
    m_state->style()->unpolish(m_state);
    m_state->style()->polish(m_state);
    m_state->setText(state);
    m_save->setEnabled(hasWords && !made.isEmpty());
}

} // namespace nextquill::ui
