// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/import/RecordSource.h"

#include "core/base/Error.h"
#include "core/base/LineReader.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

namespace nextquill::store {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t bytesOfChunk = std::size_t{256} << 10;
constexpr std::size_t shownOfLongRecord = 4'096;
constexpr std::string_view spaces = " \t\r\n\v\f";
constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

constexpr std::string_view tooLong = "it is longer than 64 MiB";
constexpr std::string_view lineTooLong =
    "a line of the array is longer than 64 MiB, which only a file that is not compressed may have";
constexpr std::string_view endsInside = "the file ends inside of it";
constexpr std::string_view notClosed = "the array is not closed: its ] is missing";
constexpr std::string_view nothingBeforeComma = "there is nothing before the comma";
constexpr std::string_view nothingBehindComma = "there is nothing between the last comma and the ]";
constexpr std::string_view textBehindEnd = "there is text behind the end of the array";

bool isSpace(char c)
{
    return spaces.find(c) != std::string_view::npos;
}

std::string_view withoutSpaceAround(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(spaces);
    return begin == std::string_view::npos
               ? std::string_view{}
               : text.substr(begin, text.find_last_not_of(spaces) - begin + 1);
}

/// A line, or a part of a file that knows no lines.
struct Piece
{
    std::string_view text; ///< valid until the next one
    std::int64_t line = 0; ///< of its first byte
    std::int64_t byte = 0; ///< of its first byte
    bool endsLine = false; ///< a line break follows that is not in `text`
    bool tooLong = false;  ///< `text` has its beginning only
};

class Pieces
{
public:
    Pieces() = default;
    virtual ~Pieces() = default;
    Pieces(const Pieces&) = delete;
    Pieces& operator=(const Pieces&) = delete;

    [[nodiscard]] virtual std::optional<Piece> next() = 0;
    [[nodiscard]] virtual std::int64_t consumedBytes() const = 0;
    [[nodiscard]] virtual std::int64_t totalBytes() const = 0;
};

class FileLines final : public Pieces
{
public:
    explicit FileLines(const fs::path& file)
        : m_reader{file, {.lineBytes = longestRecord}}
    {
    }

    std::optional<Piece> next() override
    {
        const auto line = m_reader.next();
        if (!line) {
            return std::nullopt;
        }
        return Piece{line->text, line->number, line->byte, true, line->tooLong};
    }

    [[nodiscard]] std::int64_t consumedBytes() const override { return m_reader.consumedBytes(); }
    [[nodiscard]] std::int64_t totalBytes() const override { return m_reader.totalBytes(); }

private:
    LineReader m_reader;
};

class TextLines final : public Pieces
{
public:
    explicit TextLines(std::string_view text)
        : m_text{text}
    {
    }

    std::optional<Piece> next() override
    {
        if (m_at >= m_text.size()) {
            return std::nullopt;
        }
        const std::size_t begin = m_at;
        const std::size_t end = std::min(m_text.find('\n', begin), m_text.size());
        m_at = end + 1;
        return Piece{m_text.substr(begin, end - begin), ++m_line, static_cast<std::int64_t>(begin),
                     true};
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

/// A plain file in pieces of one size: an array may be one line of gigabytes.
class FileChunks final : public Pieces
{
public:
    explicit FileChunks(const fs::path& file)
        : m_name{file.string()}
        , m_stream{file, std::ios::binary}
        , m_buffer(bytesOfChunk, '\0')
    {
        std::error_code failed;
        const auto size = fs::file_size(file, failed);
        m_total = failed ? 0 : static_cast<std::int64_t>(size);
    }

    /// Whether the file is one that this class reads: its first character is a bracket.
    static bool isArray(const fs::path& file)
    {
        std::error_code failed;
        if (!fs::is_regular_file(file, failed)) {
            return false;
        }
        std::string head(shownOfLongRecord, '\0');
        std::ifstream stream{file, std::ios::binary};
        stream.read(head.data(), static_cast<std::streamsize>(head.size()));
        head.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
        std::string_view text{head};
        text.remove_prefix(text.starts_with(byteOrderMark) ? byteOrderMark.size() : 0);
        return withoutSpaceAround(text).starts_with('[');
    }

    std::optional<Piece> next() override
    {
        m_line += std::ranges::count(m_text, '\n');
        const std::int64_t begin = m_consumed;
        m_stream.read(m_buffer.data(), static_cast<std::streamsize>(m_buffer.size()));
        const auto count = static_cast<std::size_t>(m_stream.gcount());
        if (m_stream.bad() || (count == 0 && m_consumed < m_total)) {
            throw Error{ErrorKind::Storage, "the file cannot be read to its end", m_name,
                        "check the disk and that you may read it"};
        }
        if (count == 0) {
            return std::nullopt;
        }
        m_consumed += static_cast<std::int64_t>(count);
        m_text = std::string_view{m_buffer}.substr(0, count);
        const std::size_t mark =
            begin == 0 && m_text.starts_with(byteOrderMark) ? byteOrderMark.size() : 0;
        return Piece{m_text.substr(mark), m_line, begin + static_cast<std::int64_t>(mark)};
    }

    [[nodiscard]] std::int64_t consumedBytes() const override { return m_consumed; }
    [[nodiscard]] std::int64_t totalBytes() const override { return m_total; }

private:
    std::string m_name;
    std::ifstream m_stream;
    std::string m_buffer;
    std::string_view m_text; ///< of the piece that was given out last
    std::int64_t m_line = 1;
    std::int64_t m_consumed = 0;
    std::int64_t m_total = 0;
};

/// Where in a JSON text a reader is.
struct Nesting
{
    int depth = 0;
    bool inString = false;
    bool escaped = false;

    [[nodiscard]] bool isOutside() const { return depth == 0 && !inString; }

    void take(char c)
    {
        if (inString) {
            inString = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && depth > 0) { // one too many ends at the next comma
            --depth;
        }
    }
};

/// Lines as records; when the first thing in them is "[", the elements of that array.
class Records final : public RecordSource
{
public:
    explicit Records(std::unique_ptr<Pieces> pieces)
        : m_pieces{std::move(pieces)}
    {
    }

    std::optional<SourceText> next() override
    {
        if (!m_started) {
            start();
        }
        return m_isArray ? nextElement() : nextLine();
    }

    [[nodiscard]] std::int64_t consumedBytes() const override { return m_pieces->consumedBytes(); }
    [[nodiscard]] std::int64_t totalBytes() const override { return m_pieces->totalBytes(); }

private:
    enum class Place { BeforeFirst, BehindElement, BehindComma, BehindEnd, AtEnd };

    void start()
    {
        m_started = true;
        advance();
        while (m_piece && withoutSpaceAround(m_piece->text).empty() && !m_piece->tooLong) {
            advance();
        }
        m_isArray = m_piece && withoutSpaceAround(m_piece->text).starts_with('[');
        if (m_isArray) {
            while (m_piece->text[m_at] != '[') {
                step();
            }
            step();
        }
    }

    void advance()
    {
        if (m_piece) {
            m_byte = m_piece->byte + static_cast<std::int64_t>(m_piece->text.size());
        }
        m_piece = m_pieces->next();
        m_at = 0;
        m_line = m_piece ? m_piece->line : m_line;
    }

    /// One character on in an array.
    void step() { m_line += m_piece->text[m_at++] == '\n' ? 1 : 0; }

    std::optional<SourceText> nextLine()
    {
        while (m_piece) {
            const bool isBlank = withoutSpaceAround(m_piece->text).empty() && !m_piece->tooLong;
            if (std::exchange(m_given, false) || isBlank) {
                advance();
                continue;
            }
            m_given = true;
            SourceText record{m_piece->text, m_piece->line, m_piece->byte, {}};
            if (m_piece->tooLong || record.text.size() > longestRecord) {
                record.text = record.text.substr(0, shownOfLongRecord);
                record.problem = tooLong;
            }
            return record;
        }
        return std::nullopt;
    }

    std::optional<SourceText> nextElement()
    {
        m_element.clear();
        m_nesting = {};
        m_record = {};
        m_begun = false;
        while (m_piece && m_place != Place::AtEnd) {
            if (m_piece->tooLong) {
                return cutShort(problemHere(lineTooLong), lineTooLong);
            }
            if (readPiece()) {
                if (const auto record = endOfElement()) {
                    return record;
                }
            } else {
                append(m_piece->endsLine ? "\n" : "");
                advance();
            }
        }
        if (m_place == Place::BehindEnd || m_place == Place::AtEnd) {
            return std::nullopt;
        }
        return cutShort({{}, m_line, m_byte, notClosed}, endsInside);
    }

    /// Reads on in this piece; true when it met what ends an element, or anything behind the array.
    bool readPiece()
    {
        const std::string_view text = m_piece->text;
        while (!m_begun && m_at < text.size() && isSpace(text[m_at])) {
            step();
        }
        if (m_at == text.size() || m_place == Place::BehindEnd) {
            return m_at < text.size();
        }
        if (!m_begun && text[m_at] != ',' && text[m_at] != ']') {
            m_begun = true;
            m_record.line = m_line;
            m_record.byte = m_piece->byte + static_cast<std::int64_t>(m_at);
        }
        const std::size_t begin = m_at;
        while (m_at < text.size() &&
               !(m_nesting.isOutside() && (text[m_at] == ',' || text[m_at] == ']'))) {
            m_nesting.take(text[m_at]);
            step();
        }
        append(text.substr(begin, m_at - begin));
        return m_at < text.size();
    }

    /// The element that ends here, or what is wrong; none when an array ends as it should.
    std::optional<SourceText> endOfElement()
    {
        if (m_place == Place::BehindEnd) {
            m_place = Place::AtEnd;
            return problemHere(textBehindEnd);
        }
        const bool isComma = m_piece->text[m_at] == ',';
        const bool isMissing = !m_begun && (isComma || m_place == Place::BehindComma);
        std::optional<SourceText> record;
        if (m_begun) {
            record = finished();
        } else if (isMissing) {
            record = SourceText{{},
                                m_line,
                                m_piece->byte + static_cast<std::int64_t>(m_at),
                                isComma ? nothingBeforeComma : nothingBehindComma};
        }
        m_place = isComma ? Place::BehindComma : Place::BehindEnd;
        step();
        return record;
    }

    /// What can be read ended before the array did: gives the element before that, whole or with
    /// the problem `inside`, and then `here`.
    SourceText cutShort(const SourceText& here, std::string_view inside)
    {
        m_place = m_begun && m_nesting.isOutside() ? Place::BehindElement : Place::AtEnd;
        if (!m_begun) {
            return here;
        }
        if (m_place == Place::AtEnd) {
            m_record.problem = inside;
        }
        return finished();
    }

    [[nodiscard]] SourceText problemHere(std::string_view problem) const
    {
        return {m_piece->text.substr(m_at, shownOfLongRecord), m_line,
                m_piece->byte + static_cast<std::int64_t>(m_at), problem};
    }

    void append(std::string_view text)
    {
        if (!m_begun) {
            return;
        }
        const std::size_t room = longestRecord - m_element.size();
        m_record.problem = text.size() > room ? tooLong : m_record.problem;
        m_element.append(text.substr(0, room));
    }

    SourceText finished()
    {
        m_record.text = withoutSpaceAround(m_element);
        if (!m_record.problem.empty()) {
            m_record.text = m_record.text.substr(0, shownOfLongRecord);
        }
        return m_record;
    }

    std::unique_ptr<Pieces> m_pieces;
    std::optional<Piece> m_piece;
    std::size_t m_at = 0;    ///< in the piece
    std::int64_t m_line = 1; ///< there
    std::int64_t m_byte = 0; ///< where the last piece ended
    bool m_started = false;
    bool m_isArray = false;
    bool m_given = false; ///< the line that is held was given out
    Place m_place = Place::BeforeFirst;
    bool m_begun = false; ///< an element that is not finished
    SourceText m_record;
    std::string m_element;
    Nesting m_nesting;
};

} // namespace

std::unique_ptr<RecordSource> recordsOfFile(const fs::path& file)
{
    std::unique_ptr<Pieces> pieces;
    if (FileChunks::isArray(file)) {
        pieces = std::make_unique<FileChunks>(file);
    } else {
        pieces = std::make_unique<FileLines>(file);
    }
    return std::make_unique<Records>(std::move(pieces));
}

std::unique_ptr<RecordSource> recordsOfText(std::string_view text)
{
    return std::make_unique<Records>(std::make_unique<TextLines>(text));
}

} // namespace nextquill::store
