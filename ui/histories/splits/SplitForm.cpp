// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/histories/splits/SplitForm.h"

#include "core/store/funnel/Funnels.h"
#include "core/store/import/TimeText.h"

#include "ui/histories/splits/FieldRows.h"
#include "ui/histories/splits/SplitWords.h"
#include "ui/project/ProjectSession.h"
#include "ui/project/ShownText.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace nextquill::ui {

namespace {

constexpr int typingDelay = 200; // milliseconds
constexpr int mostCount = 1'000'000;
constexpr double mostShare = 90; // percent

QSpinBox* countBox(int least, const QString& name, const QString& noneText, QWidget* parent)
{
    auto* box = new QSpinBox{parent};
    box->setObjectName(name);
    box->setRange(least, mostCount);
    box->setGroupSeparatorShown(true);
    box->setSpecialValueText(noneText); // of the least
    return box;
}

QDoubleSpinBox* shareBox(const QString& name, QWidget* parent)
{
    auto* box = new QDoubleSpinBox{parent};
    box->setObjectName(name);
    box->setRange(0, mostShare);
    box->setDecimals(1);
    box->setSuffix(QStringLiteral(" %"));
    return box;
}

QLineEdit* timeField(const QString& name, QWidget* parent)
{
    auto* field = new QLineEdit{parent};
    field->setObjectName(name);
    field->setPlaceholderText(QObject::tr("by share, or a day: 2021-08-11"));
    field->setClearButtonEnabled(true);
    return field;
}

/// With the steps of its funnel as the project has them now.
store::SplitSettings withSteps(store::SplitSettings settings, store::Project& project)
{
    if (settings.funnel) {
        settings.funnel = store::Funnels{project}.find(settings.funnel->name);
    }
    return settings;
}

void setInvalid(QWidget* field, bool isInvalid)
{
    field->setProperty("invalid", isInvalid);
    field->style()->unpolish(field); // the style sheet reads it again
    field->style()->polish(field);
}

} // namespace

SplitForm::SplitForm(ProjectSession& session, QWidget* parent)
    : QWidget{parent}
    , m_session{session}
    , m_ruleForm{new FieldRows{this}}
    , m_targetForm{new FieldRows{this}}
    , m_name{new QLineEdit{this}}
    , m_nameNote{new QLabel{this}}
    , m_replace{new QCheckBox{tr("&Replace the one of that name"), this}}
    , m_rule{new QComboBox{this}}
    , m_meaning{new QLabel{this}}
    , m_last{countBox(1, QStringLiteral("splitLast"), {}, this)}
    , m_validation{shareBox(QStringLiteral("splitValidation"), this)}
    , m_test{shareBox(QStringLiteral("splitTest"), this)}
    , m_validationFrom{timeField(QStringLiteral("splitValidationFrom"), this)}
    , m_testFrom{timeField(QStringLiteral("splitTestFrom"), this)}
    , m_stratum{new QComboBox{this}}
    , m_seed{new QLineEdit{this}}
    , m_minimumHistory{countBox(0, QStringLiteral("splitHistory"), {}, this)}
    , m_minimumWords{countBox(0, QStringLiteral("splitWords"), {}, this)}
    , m_maximumTargets{countBox(0, QStringLiteral("splitMaximum"), tr("all"), this)}
    , m_core{countBox(0, QStringLiteral("splitCore"), tr("none"), this)}
    , m_itemUsers{countBox(0, QStringLiteral("splitItemUsers"), tr("any"), this)}
    , m_items{new QComboBox{this}}
    , m_funnel{new QComboBox{this}}
    , m_counts{new QLabel{this}}
    , m_left{new QLabel{this}}
    , m_make{new QPushButton{tr("&Make split"), this}}
    , m_close{new QPushButton{tr("&Close"), this}}
    , m_typing{new QTimer{this}}
{
    auto* inner = new QWidget{this};
    auto* groups = new QVBoxLayout{inner};
    createRule();
    createTargets();
    for (const auto& [title, rows] :
         {std::pair{tr("How it is made"), m_ruleForm},
          std::pair{tr("Which reviews may be targets"), m_targetForm}}) {
        auto* group = new QGroupBox{title, inner};
        auto* groupLayout = new QVBoxLayout{group};
        groupLayout->addWidget(rows);
        groups->addWidget(group);
    }
    groups->addStretch(1);
    auto* scroll = new QScrollArea{this};
    scroll->setWidget(inner);
    scroll->setWidgetResizable(true);
    auto* layout = new QVBoxLayout{this};
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll, 1);
    createFooter();
    m_typing->setSingleShot(true);
    m_typing->setInterval(typingDelay);
    connect(m_typing, &QTimer::timeout, this, &SplitForm::askPreview);
    watchFields();
    begin({});
}

void SplitForm::createRule()
{
    m_name->setObjectName(QStringLiteral("splitName"));
    m_nameNote->setProperty("role", QStringLiteral("muted"));
    m_nameNote->setWordWrap(true);
    m_replace->setObjectName(QStringLiteral("splitReplace"));
    m_rule->setObjectName(QStringLiteral("splitRule"));
    for (std::size_t i = 0; i < store::splitRuleNames().size(); ++i) {
        m_rule->addItem(ruleTitle(static_cast<store::SplitRule>(i)));
    }
    m_meaning->setWordWrap(true);
    m_meaning->setProperty("role", QStringLiteral("muted"));
    m_stratum->setObjectName(QStringLiteral("splitStratum"));
    for (std::size_t i = 0; i < store::splitStratumNames().size(); ++i) {
        m_stratum->addItem(stratumTitle(static_cast<store::SplitStratum>(i)));
    }
    m_seed->setObjectName(QStringLiteral("splitSeed"));
    m_ruleForm->add(tr("&Name"), m_name);
    m_ruleForm->add({}, m_nameNote);
    m_ruleForm->add({}, m_replace);
    m_ruleForm->add(tr("R&ule"), m_rule);
    m_ruleForm->add({}, m_meaning);
    m_ruleForm->add(tr("&Last of each user"), m_last);
    m_ruleForm->add(tr("&Validation"), m_validation);
    m_ruleForm->add(tr("&Test"), m_test);
    m_ruleForm->add(tr("Validation &from"), m_validationFrom);
    m_ruleForm->add(tr("Test fr&om"), m_testFrom);
    m_ruleForm->add(tr("A&like in"), m_stratum);
    m_ruleForm->add(tr("&Seed"), m_seed);
}

void SplitForm::createTargets()
{
    m_items->setObjectName(QStringLiteral("splitItems"));
    for (std::size_t i = 0; i < store::splitItemsNames().size(); ++i) {
        m_items->addItem(itemsTitle(static_cast<store::SplitItems>(i)));
    }
    m_funnel->setObjectName(QStringLiteral("splitFunnel"));
    m_maximumTargets->setToolTip(tr("The newest of each user"));
    m_core->setToolTip(
        tr("The largest set in which every user and every item has at least so many reviews"));
    m_targetForm->add(tr("Earlier reviews, at &least"), m_minimumHistory);
    m_targetForm->add(tr("&Words, at least"), m_minimumWords);
    m_targetForm->add(tr("Targets of a user, at mos&t"), m_maximumTargets);
    m_targetForm->add(tr("&k-core"), m_core);
    m_targetForm->add(tr("&Users of the item, at least"), m_itemUsers);
    m_targetForm->add(tr("&Items of what is held out"), m_items);
    m_targetForm->add(tr("F&unnel"), m_funnel);
    auto* note = new QLabel{tr("These choose targets. A history always has all that its user wrote "
                               "before and is not excluded."),
                            this};
    note->setWordWrap(true);
    note->setProperty("role", QStringLiteral("muted"));
    m_targetForm->addWide(note);
}

void SplitForm::createFooter()
{
    m_counts->setObjectName(QStringLiteral("splitCounts"));
    m_counts->setProperty("role", QStringLiteral("heading"));
    m_counts->setWordWrap(true);
    m_left->setObjectName(QStringLiteral("splitLeft"));
    m_left->setWordWrap(true);
    m_left->setProperty("role", QStringLiteral("muted"));
    m_make->setObjectName(QStringLiteral("makeSplit"));
    m_make->setProperty("role", QStringLiteral("primary"));
    m_close->setObjectName(QStringLiteral("closeSplitForm"));
    connect(m_make, &QPushButton::clicked, this, &SplitForm::make);
    connect(m_close, &QPushButton::clicked, this, &SplitForm::closed);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_make);
    auto* footer = new QVBoxLayout;
    footer->setContentsMargins(12, 8, 12, 12);
    footer->addWidget(m_counts);
    footer->addWidget(m_left);
    footer->addLayout(buttons);
    static_cast<QVBoxLayout*>(layout())->addLayout(footer);
}

void SplitForm::watchFields()
{
    const auto changed = [this] { m_typing->start(); };
    for (QSpinBox* const box :
         {m_last, m_minimumHistory, m_minimumWords, m_maximumTargets, m_core, m_itemUsers}) {
        connect(box, &QSpinBox::valueChanged, this, changed);
    }
    for (QDoubleSpinBox* const box : {m_validation, m_test}) {
        connect(box, &QDoubleSpinBox::valueChanged, this, changed);
    }
    for (QLineEdit* const field : {m_validationFrom, m_testFrom, m_seed}) {
        connect(field, &QLineEdit::textChanged, this, changed);
    }
    for (QComboBox* const box : {m_stratum, m_items, m_funnel}) {
        connect(box, &QComboBox::currentIndexChanged, this, changed);
    }
    connect(m_rule, &QComboBox::currentIndexChanged, this, [this, changed] {
        showFieldsOfRule();
        changed();
    });
    connect(m_name, &QLineEdit::textChanged, this, &SplitForm::showName);
}

void SplitForm::showFieldsOfRule()
{
    const auto rule = static_cast<store::SplitRule>(m_rule->currentIndex());
    const bool isLast = rule == store::SplitRule::LeaveLastOut;
    const bool isTime = rule == store::SplitRule::ByTime;
    m_meaning->setText(ruleMeaning(rule));
    m_ruleForm->setRowVisible(m_last, isLast);
    m_ruleForm->setRowVisible(m_validation, !isLast);
    m_ruleForm->setRowVisible(m_test, !isLast);
    m_ruleForm->setRowVisible(m_validationFrom, isTime);
    m_ruleForm->setRowVisible(m_testFrom, isTime);
    m_ruleForm->setRowVisible(m_stratum, rule == store::SplitRule::Stratified);
    m_ruleForm->setRowVisible(m_seed, !isLast && !isTime);
}

void SplitForm::showName()
{
    const std::string name = stored(m_name->text().trimmed());
    const auto found = std::ranges::find(
        m_splits, name, [](const store::Split& split) { return split.settings.name; });
    const bool isTaken = found != m_splits.end();
    const bool isFrozen = isTaken && found->frozen;
    m_ruleForm->setRowVisible(m_nameNote, isTaken);
    m_ruleForm->setRowVisible(m_replace, isTaken && !isFrozen);
    m_nameNote->setText(isFrozen ? tr("A run used the split of that name, so it stays: this one "
                                      "becomes the next version, as %1@2.")
                                       .arg(m_name->text().trimmed())
                                 : tr("There is a split of that name: this one becomes the next "
                                      "version, as %1@2.")
                                       .arg(m_name->text().trimmed()));
    setInvalid(m_name, name.empty());
}

void SplitForm::begin(const store::SplitSettings& settings)
{
    m_name->setText(shown(settings.name));
    m_replace->setChecked(false);
    m_rule->setCurrentIndex(static_cast<int>(settings.rule));
    m_last->setValue(settings.heldOutLast);
    m_validation->setValue(100 * settings.validationShare);
    m_test->setValue(100 * settings.testShare);
    m_validationFrom->setText(
        settings.validationFrom ? shown(store::timeText(*settings.validationFrom)) : QString{});
    m_testFrom->setText(settings.testFrom ? shown(store::timeText(*settings.testFrom)) : QString{});
    m_stratum->setCurrentIndex(static_cast<int>(settings.stratum));
    m_seed->setText(QString::number(settings.seed));
    m_minimumHistory->setValue(settings.minimumHistory);
    m_minimumWords->setValue(static_cast<int>(settings.minimumWords));
    m_maximumTargets->setValue(static_cast<int>(settings.maximumTargetsPerUser));
    m_core->setValue(settings.core);
    m_itemUsers->setValue(settings.minimumItemUsers);
    m_items->setCurrentIndex(static_cast<int>(settings.heldOutItems));
    m_wantedFunnel = settings.funnel ? shown(settings.funnel->name) : QString{};
    m_funnel->setCurrentIndex(
        m_wantedFunnel.isEmpty() ? 0 : std::max(0, m_funnel->findText(m_wantedFunnel)));
    showFieldsOfRule();
    showName();
    m_typing->start();
}

void SplitForm::setSplits(const std::vector<store::Split>& splits)
{
    m_splits = splits;
    showName();
    m_typing->start(); // the data may be others now
}

void SplitForm::setFunnels(const std::vector<store::Funnel>& funnels)
{
    const QString chosen = m_funnel->currentIndex() > 0 ? m_funnel->currentText() : m_wantedFunnel;
    const QSignalBlocker quiet{m_funnel};
    m_funnel->clear();
    m_funnel->addItem(tr("None"));
    for (const store::Funnel& funnel : funnels) {
        m_funnel->addItem(shown(funnel.name));
    }
    m_funnel->setCurrentIndex(chosen.isEmpty() ? 0 : std::max(0, m_funnel->findText(chosen)));
    m_funnel->setEnabled(!funnels.empty());
}

std::optional<std::int64_t> SplitForm::timeIn(QLineEdit* field) const
{
    const std::string text = stored(field->text().trimmed());
    const auto time = text.empty() ? std::nullopt : store::millisecondsOf(text);
    setInvalid(field, !text.empty() && !time);
    return time ? std::optional{static_cast<std::int64_t>(std::llround(*time))} : std::nullopt;
}

store::SplitSettings SplitForm::settings() const
{
    store::SplitSettings settings{
        .name = stored(m_name->text().trimmed()),
        .rule = static_cast<store::SplitRule>(m_rule->currentIndex()),
        .minimumHistory = m_minimumHistory->value(),
        .minimumWords = m_minimumWords->value(),
        .maximumTargetsPerUser = m_maximumTargets->value(),
        .validationShare = m_validation->value() / 100,
        .testShare = m_test->value() / 100,
        .seed = m_seed->text().toULongLong(),
        .heldOutLast = m_last->value(),
        .stratum = static_cast<store::SplitStratum>(m_stratum->currentIndex()),
        .core = m_core->value(),
        .minimumItemUsers = m_itemUsers->value(),
        .heldOutItems = static_cast<store::SplitItems>(m_items->currentIndex())};
    if (settings.rule == store::SplitRule::ByTime) {
        settings.validationFrom = timeIn(m_validationFrom);
        settings.testFrom = timeIn(m_testFrom);
    }
    if (m_funnel->currentIndex() > 0) {
        settings.funnel = store::Funnel{.name = stored(m_funnel->currentText()), .steps = {}};
    }
    return settings;
}

bool SplitForm::replaces() const
{
    return m_replace->isChecked() && m_replace->isVisibleTo(this);
}

void SplitForm::askPreview()
{
    delete m_preview;
    m_preview = nullptr;
    bool isSeed = false;
    static_cast<void>(m_seed->text().toULongLong(&isSeed));
    setInvalid(m_seed, !isSeed);
    if (!m_session.isOpen() || !isVisible()) {
        return;
    }
    if (!isSeed) {
        showProblem(tr("The seed is no whole number from 0 upwards."));
        return;
    }
    store::SplitSettings wanted = settings();
    wanted.name = "preview"; // a name that is missing is said at its field
    auto* job = m_session.read(
        tr("Counting what the split would have"), this,
        [wanted](store::Project& project, StopToken stop, Progress& progress) {
            return store::Splits{project}.preview(withSteps(wanted, project), stop, progress);
        });
    m_preview = job;
    m_left->setText(tr("Counting…"));
    connect(job, &Job::done, this, [this, job] {
        m_preview = nullptr;
        showPreview(job->takeValue());
    });
    connect(job, &Job::failed, this, [this](const Failure& failure) {
        m_preview = nullptr;
        showProblem(tr("%1. %2.").arg(failure.problem, failure.remedy));
    });
}

void SplitForm::showProblem(const QString& text)
{
    m_counts->clear();
    m_left->setText(asSentence(text));
    m_make->setEnabled(false);
}

void SplitForm::showPreview(const store::SplitPreview& found)
{
    m_counts->setText(partsInWords(found.train, found.validation, found.test));
    QStringList left;
    left += tr("%1 with targets").arg(tr("%Ln user(s)", "", forPlural(found.users)));
    const std::pair<std::int64_t, QString> rest[] = {
        {found.shortHistory, tr("%1 with too few earlier reviews")},
        {found.shortText, tr("%1 with too few words")},
        {found.notChosen, tr("%1 left out by funnel, core or item")},
        {found.beyondMaximum, tr("%1 older than the newest of their user")},
        {found.itemsLeftOut, tr("%1 held out with an item that is not allowed")}};
    for (const auto& [count, text] : rest) {
        if (count > 0) {
            left += text.arg(shownCount(count));
        }
    }
    m_left->setText(
        found.train == 0
            ? tr("Nothing is left to train on. %1.").arg(left.join(QStringLiteral("; ")))
            : left.join(QStringLiteral(" · ")));
    m_make->setEnabled(found.train > 0 && !m_session.isReadOnly() && m_making == nullptr);
}

void SplitForm::make()
{
    const store::SplitSettings wanted = settings();
    if (wanted.name.empty() || m_making != nullptr || m_session.isReadOnly()) {
        m_name->setFocus();
        return;
    }
    m_make->setEnabled(false);
    auto* job = m_session.change(tr("Making the split %1").arg(shown(wanted.name)), this,
                                 [wanted, replaces = replaces()](
                                     store::Project& project, StopToken stop, Progress& progress) {
                                     store::Splits splits{project};
                                     const store::SplitSettings whole = withSteps(wanted, project);
                                     return replaces ? splits.create(whole, stop, progress)
                                                     : splits.createVersion(whole, stop, progress);
                                 });
    m_making = job;
    m_session.track(job);
    const auto ended = [this] {
        m_making = nullptr;
        m_make->setEnabled(true);
    };
    connect(job, &Job::done, this, [this, job, ended] {
        ended();
        const store::Split split = job->takeValue();
        m_session.announceData();
        Q_EMIT made(shown(split.settings.name));
    });
    connect(job, &Job::stopped, this, ended);
    connect(job, &Job::failed, this, [this, ended](const Failure& failure) {
        ended();
        showProblem(tr("%1. %2.").arg(failure.problem, failure.remedy));
    });
}

void SplitForm::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_typing->start();
}

void SplitForm::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT closed();
    } else if (event->key() == Qt::Key_Return && (event->modifiers() & Qt::ControlModifier) &&
               m_make->isEnabled()) {
        make();
    } else {
        QWidget::keyPressEvent(event);
    }
}

} // namespace nextquill::ui
