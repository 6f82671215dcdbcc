// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RecordSource.h"

#include "core/base/Error.h"
#include "core/base/LineReader.h"

#include <algorithm>

namespace nextquill::store {

namespace {

constexpr std::size_t longestLine = std::size_t{1} << 30; // an array may stand on one line
constexpr std::size_t longestRecord = std::size_t{64} << 20;

std::string_view withoutSpaceAround(std::string_view text)
{
    constexpr std::string_view spaces = " \t\r\n\v\f";
    const std::size_t begin = text.find_first_not_of(spaces);
    return begin == std::string_view::npos
               ? std::string_view{}
               : text.substr(begin, text.find_last_not_of(spaces) - begin + 1);
}

class FileLines final : public RecordSource
{
public:
    explicit FileLines(const std::filesystem::path& file)
        : m_reader{file, {.lineBytes = longestLine}}
    {
    }

    std::optional<SourceText> next() override
    {
        const auto line = m_reader.next();
        if (!line) {
            return std::nullopt;
        }
        return SourceText{line->text, line->number, line->byte, line->tooLong};
    }

    [[nodiscard]] std::int64_t consumedBytes() const override { return m_reader.consumedBytes(); }
    [[nodiscard]] std::int64_t totalBytes() const override { return m_reader.totalBytes(); }

private:
    LineReader m_reader;
};

class TextLines final : public RecordSource
{
public:
    explicit TextLines(std::string_view text)
        : m_text{text}
    {
    }

    std::optional<SourceText> next() override
    {
        if (m_at >= m_text.size()) {
            return std::nullopt;
        }
        const std::size_t begin = m_at;
        const std::size_t end = std::min(m_text.find('\n', begin), m_text.size());
        m_at = end + 1;
        return SourceText{m_text.substr(begin, end - begin), ++m_line,
                          static_cast<std::int64_t>(begin)};
    }

    [[nodiscard]] std::int64_t consumedBytes() const override
    {
        return static_cast<std::int64_t>(std::min(m_at, m_text.size()));
    }
    [[nodiscard]] std::int64_t totalBytes() const override
    {
        return static_cast<std::int64_t>(m_text.size());
    }

private:
    std::string_view m_text;
    std::size_t m_at = 0;
    std::int64_t m_line = 0;
};

/// Where in a JSON text a reader is.
struct Nesting
{
    int depth = 0;
    bool inString = false;
    bool escaped = false;

    void take(char c)
    {
        if (inString) {
            inString = escaped || c != '"';
            escaped = !escaped && c == '\\';
            return;
        }
        inString = c == '"';
        depth += c == '{' || c == '[' ? 1 : 0;
        depth -= c == '}' || c == ']' ? 1 : 0;
    }
};

/// Lines as records; when the first thing in them is "[", the elements of that array.
class Records final : public RecordSource
{
public:
    explicit Records(std::unique_ptr<RecordSource> lines)
        : m_lines{std::move(lines)}
    {
    }

    std::optional<SourceText> next() override
    {
        if (!m_started) {
            start();
        }
        return m_isArray ? nextElement() : nextLine();
    }

    [[nodiscard]] std::int64_t consumedBytes() const override { return m_lines->consumedBytes(); }
    [[nodiscard]] std::int64_t totalBytes() const override { return m_lines->totalBytes(); }

private:
    void start()
    {
        m_started = true;
        advance();
        while (m_line && withoutSpaceAround(m_line->text).empty()) {
            advance();
        }
        m_isArray = m_line && withoutSpaceAround(m_line->text).starts_with('[');
        m_at = m_isArray ? m_line->text.find('[') + 1 : 0;
    }

    void advance()
    {
        m_line = m_lines->next();
        m_at = 0;
    }

    std::optional<SourceText> nextLine()
    {
        while (m_line) {
            SourceText record = *m_line;
            if (m_given || withoutSpaceAround(record.text).empty()) {
                advance();
                m_given = false;
                continue;
            }
            m_given = true;
            if (record.text.size() > longestRecord) {
                record.text = record.text.substr(0, 4'096);
                record.tooLong = true;
            }
            return record;
        }
        return std::nullopt;
    }

    /// Copies one element, whatever lines it spans: it ends at a comma or bracket outside of it.
    std::optional<SourceText> nextElement()
    {
        m_element.clear();
        m_nesting = {};
        SourceText record;
        while (m_line && !m_ended) {
            if (readElement(record)) {
                if (!m_element.empty()) {
                    return finished(record);
                }
                continue; // two commas, or the end of an empty array
            }
            append('\n', record);
            advance();
        }
        return finished(record);
    }

    /// Reads on in this line; true when the element ended in it.
    bool readElement(SourceText& record)
    {
        while (m_at < m_line->text.size()) {
            const char c = m_line->text[m_at++];
            const bool outside = m_nesting.depth == 0 && !m_nesting.inString;
            if (outside && (c == ',' || c == ']')) {
                m_ended = c == ']';
                return true;
            }
            if (m_element.empty()) {
                if (c == ' ' || (c >= '\t' && c <= '\r')) {
                    continue;
                }
                record.line = m_line->line;
                record.byte = m_line->byte + static_cast<std::int64_t>(m_at) - 1;
            }
            m_nesting.take(c);
            append(c, record);
        }
        return false;
    }

    void append(char c, SourceText& record)
    {
        if (m_element.size() >= longestRecord) {
            record.tooLong = true;
        } else if (!m_element.empty() || c != '\n') {
            m_element += c;
        }
    }

    std::optional<SourceText> finished(SourceText& record)
    {
        record.text = withoutSpaceAround(m_element);
        return record.text.empty() ? std::nullopt : std::optional{record};
    }

    std::unique_ptr<RecordSource> m_lines;
    std::optional<SourceText> m_line;
    std::size_t m_at = 0;
    bool m_started = false;
    bool m_isArray = false;
    bool m_given = false; ///< the line that is held was given out
    bool m_ended = false;
    std::string m_element;
    Nesting m_nesting;
};

} // namespace

std::unique_ptr<RecordSource> recordsOfFile(const std::filesystem::path& file)
{
    return std::make_unique<Records>(std::make_unique<FileLines>(file));
}

std::unique_ptr<RecordSource> recordsOfText(std::string_view text)
{
    return std::make_unique<Records>(std::make_unique<TextLines>(text));
}

} // namespace nextquill::store
