// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/AccessibleTokenText.h"

#include "ui/widgets/TokenView.h"

#include <QAccessible>
#include <QAccessibleWidget>

#include <algorithm>

namespace nextquill::ui {

namespace {

class AccessibleTokenText final : public QAccessibleWidget, public QAccessibleTextInterface
{
public:
    explicit AccessibleTokenText(TokenView* view)
        : QAccessibleWidget{view, QAccessible::Document}
        , m_view{view}
    {
    }

    void* interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::TextInterface) {
            return static_cast<QAccessibleTextInterface*>(this);
        }
        return QAccessibleWidget::interface_cast(type);
    }

    [[nodiscard]] QString text(QAccessible::Text kind) const override
    {
        if (kind == QAccessible::Value ||
            (kind == QAccessible::Description && m_view->currentToken() >= 0)) {
            return m_view->describe(m_view->currentToken());
        }
        return QAccessibleWidget::text(kind);
    }

    void selection(int index, int* begin, int* end) const override
    {
        const TextRange range = index == 0 ? selectedText() : TextRange{};
        *begin = static_cast<int>(range.begin);
        *end = static_cast<int>(range.end);
    }

    [[nodiscard]] int selectionCount() const override
    {
        return m_view->selectedTokens() == TextRange{} ? 0 : 1;
    }

    void addSelection(int begin, int end) override { setSelection(0, begin, end); }
    void removeSelection(int /*index*/) override { m_view->setSelectedTokens({}); }

    void setSelection(int /*index*/, int begin, int end) override
    {
        const qsizetype first = tokenAtOffset(begin);
        const qsizetype last = tokenAtOffset(std::max(begin, end - 1));
        if (first >= 0 && last >= first) {
            m_view->setSelectedTokens({.begin = first, .end = last + 1});
        }
    }

    [[nodiscard]] int cursorPosition() const override
    {
        const qsizetype token = m_view->currentToken();
        return token < 0 ? 0 : static_cast<int>(m_view->text().tokens[token].begin);
    }

    void setCursorPosition(int position) override
    {
        m_view->setCurrentToken(tokenAtOffset(position));
    }

    [[nodiscard]] QString text(int begin, int end) const override
    {
        return m_view->text().text.mid(begin, end - begin);
    }

    [[nodiscard]] int characterCount() const override
    {
        return static_cast<int>(m_view->text().text.size());
    }

    [[nodiscard]] QRect characterRect(int offset) const override
    {
        const QRect rect = m_view->tokenRect(tokenAtOffset(offset));
        return {m_view->viewport()->mapToGlobal(rect.topLeft()), rect.size()};
    }

    [[nodiscard]] int offsetAtPoint(const QPoint& point) const override
    {
        const qsizetype token = m_view->tokenAt(m_view->viewport()->mapFromGlobal(point));
        return token < 0 ? -1 : static_cast<int>(m_view->text().tokens[token].begin);
    }

    void scrollToSubstring(int begin, int /*end*/) override { setCursorPosition(begin); }

    QString attributes(int offset, int* begin, int* end) const override
    {
        const qsizetype token = tokenAtOffset(offset);
        if (token < 0) {
            *begin = offset;
            *end = offset + 1;
            return {};
        }
        const TokenText::Token& held = m_view->text().tokens[token];
        *begin = static_cast<int>(held.begin);
        *end = static_cast<int>(held.end);
        return m_view->attributesOf(token);
    }

private:
    [[nodiscard]] qsizetype tokenAtOffset(int offset) const
    {
        const auto& tokens = m_view->text().tokens;
        const auto found =
            std::upper_bound(tokens.begin(), tokens.end(), offset,
                             [](int at, const TokenText::Token& token) { return at < token.end; });
        return found == tokens.end() || found->begin > offset ? -1 : found - tokens.begin();
    }

    [[nodiscard]] TextRange selectedText() const
    {
        const TextRange range = m_view->selectedTokens();
        if (range.begin >= range.end) {
            return {};
        }
        const auto& tokens = m_view->text().tokens;
        return {.begin = tokens[range.begin].begin, .end = tokens[range.end - 1].end};
    }

    TokenView* m_view;
};

QAccessibleInterface* create(const QString& /*className*/, QObject* object)
{
    auto* view = qobject_cast<TokenView*>(object);
    return view == nullptr ? nullptr : new AccessibleTokenText{view};
}

} // namespace

void installTokenViewAccessibility()
{
    static const bool once = [] {
        QAccessible::installFactory(create);
        return true;
    }();
    static_cast<void>(once);
}

} // namespace nextquill::ui
