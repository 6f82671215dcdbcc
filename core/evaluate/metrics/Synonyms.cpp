// SPDX-License-Identifier: GPL-3.0-or-later
//
// index.POS: lines "lemma pos synset_cnt p_cnt [ptr…] sense_cnt tagsense_cnt offset…", sorted.
// data.POS:  at byte `offset`: "offset lex_filenum ss_type w_cnt word lex_id [word lex_id…] …",
// w_cnt
//            in hexadecimal.
// POS.exc:   lines "form base…", sorted.
#include "core/evaluate/metrics/Synonyms.h"

#include "core/base/Error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <span>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace nextquill::evaluate {

namespace {

namespace fs = std::filesystem;

/// A file's bytes, mapped.
class Mapped
{
public:
    explicit Mapped(const fs::path& file)
    {
        const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
        struct stat status{};
        if (descriptor >= 0 && ::fstat(descriptor, &status) == 0 && status.st_size > 0) {
            m_size = static_cast<std::size_t>(status.st_size);
            m_data = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, descriptor, 0);
        }
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        if (m_data == nullptr || m_data == MAP_FAILED) {
            throw Error{ErrorKind::Storage, "a file of WordNet cannot be read", file.string(),
                        "install wordnet-base again"};
        }
    }
    ~Mapped() { ::munmap(m_data, m_size); }
    Mapped(const Mapped&) = delete;
    Mapped& operator=(const Mapped&) = delete;

    [[nodiscard]] std::string_view text() const
    {
        return {static_cast<const char*>(m_data), m_size};
    }

private:
    void* m_data = nullptr;
    std::size_t m_size = 0;
};

std::vector<std::string_view> fieldsOf(std::string_view line)
{
    std::vector<std::string_view> fields;
    for (std::size_t start = 0; start < line.size();) {
        const std::size_t end = std::min(line.find(' ', start), line.size());
        if (end > start) {
            fields.push_back(line.substr(start, end - start));
        }
        start = end + 1;
    }
    return fields;
}

std::size_t numberOf(std::string_view digits, int base = 10)
{
    std::size_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, base);
    return number;
}

std::string_view lineAt(std::string_view text, std::size_t start)
{
    return text.substr(start, std::min(text.find('\n', start), text.size()) - start);
}

/// The line of a sorted file whose first word is `word`, or nothing.
std::string_view lineOf(std::string_view text, std::string_view word)
{
    std::size_t low = 0;
    std::size_t high = text.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        const std::size_t before = text.rfind('\n', middle > 0 ? middle - 1 : 0);
        const bool first = before == std::string_view::npos || before < low;
        const std::size_t start = first ? low : before + 1;
        const std::string_view line = lineAt(text, start);
        const std::string_view found = line.substr(0, line.find(' '));
        if (found == word && !word.empty()) {
            return line;
        }
        if (found < word) {
            low = start + line.size() + 1;
        } else {
            high = start;
        }
    }
    return {};
}

struct Ending
{
    std::string_view old;
    std::string_view base;
};

constexpr std::array<Ending, 9> nounEndings{{{"s", ""},
                                             {"ses", "s"},
                                             {"ves", "f"},
                                             {"xes", "x"},
                                             {"zes", "z"},
                                             {"ches", "ch"},
                                             {"shes", "sh"},
                                             {"men", "man"},
                                             {"ies", "y"}}};
constexpr std::array<Ending, 8> verbEndings{{{"s", ""},
                                             {"ies", "y"},
                                             {"es", "e"},
                                             {"es", ""},
                                             {"ed", "e"},
                                             {"ed", ""},
                                             {"ing", "e"},
                                             {"ing", ""}}};
constexpr std::array<Ending, 4> adjectiveEndings{
    {{"er", ""}, {"est", ""}, {"er", "e"}, {"est", "e"}}};

/// One part of speech.
struct Part
{
    Part(const fs::path& folder, const std::string& name, std::span<const Ending> all)
        : index{folder / ("index." + name)}
        , data{folder / ("data." + name)}
        , exceptions{folder / (name + ".exc")}
        , endings{all}
    {
    }

    Mapped index;
    Mapped data;
    Mapped exceptions;
    std::span<const Ending> endings;

    /// The word itself and its base forms, as far as this part of speech has them.
    [[nodiscard]] std::set<std::string> forms(const std::string& word) const
    {
        std::set<std::string> candidates{word};
        const std::vector<std::string_view> listed = fieldsOf(lineOf(exceptions.text(), word));
        if (!listed.empty()) {
            candidates.insert(listed.begin() + 1, listed.end());
        } else {
            for (const Ending& ending : endings) {
                if (word.ends_with(ending.old)) {
                    candidates.insert(word.substr(0, word.size() - ending.old.size()) +
                                      std::string{ending.base});
                }
            }
        }
        return candidates;
    }

    void addSynonyms(const std::string& form, std::set<std::string>& synonyms) const
    {
        const std::vector<std::string_view> fields = fieldsOf(lineOf(index.text(), form));
        if (fields.size() < 3) {
            return;
        }
        const std::size_t meanings = std::min(numberOf(fields[2]), fields.size());
        for (std::size_t i = fields.size() - meanings; i < fields.size(); ++i) {
            addWordsOf(numberOf(fields[i]), synonyms);
        }
    }

private:
    void addWordsOf(std::size_t offset, std::set<std::string>& synonyms) const
    {
        if (offset >= data.text().size()) {
            return;
        }
        const std::vector<std::string_view> fields = fieldsOf(lineAt(data.text(), offset));
        if (fields.size() < 4 || numberOf(fields[0]) != offset) {
            return; // not the beginning of a meaning: the index is of another release
        }
        const std::size_t words = numberOf(fields[3], 16);
        for (std::size_t i = 0; i < words && 4 + 2 * i < fields.size(); ++i) {
            const std::string_view word = fields[4 + 2 * i];
            if (word.find('_') == std::string_view::npos) {
                synonyms.emplace(word.substr(0, word.find('('))); // "(a)": an adjective's place
            }
        }
    }
};

} // namespace

struct Synonyms::Files
{
    explicit Files(const fs::path& folder)
        : parts{Part{folder, "noun", nounEndings}, Part{folder, "verb", verbEndings},
                Part{folder, "adj", adjectiveEndings}, Part{folder, "adv", {}}}
    {
    }

    std::array<Part, 4> parts;
};

Synonyms::Synonyms(const fs::path& folder)
    : m_files{std::make_unique<const Files>(folder)}
{
}

Synonyms::~Synonyms() = default;

std::shared_ptr<const Synonyms> Synonyms::installed()
{
    const char* named = std::getenv("NEXTQUILL_WORDNET");
    const fs::path folder = named != nullptr ? named : "/usr/share/wordnet";
    if (!fs::exists(folder / "index.noun")) {
        return nullptr;
    }
    return std::make_shared<const Synonyms>(folder);
}

std::set<std::string> Synonyms::of(const std::string& word) const
{
    std::set<std::string> synonyms;
    for (const Part& part : m_files->parts) {
        for (const std::string& form : part.forms(word)) {
            part.addSynonyms(form, synonyms);
        }
    }
    return synonyms;
}

} // namespace nextquill::evaluate
