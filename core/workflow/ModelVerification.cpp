// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/ModelVerification.h"

#include "core/base/Digest.h"
#include "core/base/Error.h"
#include "core/causal/PreferenceEffects.h"
#include "core/causal/TwinExample.h"
#include "core/hub/HubCache.h"
#include "core/model/GgufQuantization.h"
#include "core/model/ModelFiles.h"
#include "core/workflow/Failure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <functional>

namespace nextquill::workflow {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t elementsAtOnce = std::size_t{1} << 18; // whole blocks of every type; ~1 ms
constexpr std::size_t bytesAtOnce = std::size_t{1} << 20;
constexpr std::size_t sha1Digits = 40;

constexpr std::array<std::string_view, 4> sampleTexts{
    "The kettle boils in 3 minutes; it's quiet, isn't it?",
    "Caf\xc3\xa9 \xe2\x80\x93 \xe4\xbd\xa0\xe5\xa5\xbd, "
    "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 \xf0\x9f\xab\x96",
    "  two spaces\n\nand\ta tab", "def f(x):\n    return x ** 2  # code"};

Error failedCheck(const std::string& problem, const std::string& where, const std::string& remedy)
{
    return {ErrorKind::BadInput, problem, where, remedy};
}

/// Where the checks of one model stand.
class Verification
{
public:
    Verification(const ModelChoice& choice, const StopToken& stop, Progress& progress)
        : m_choice{choice}
        , m_stop{stop}
        , m_progress{progress}
    {
    }

    std::vector<ModelCheck> run();

private:
    /// `check` says what it found; empty: nothing to compare with.
    void check(const std::string& name, bool needsFiles, const std::function<std::string()>& check);

    std::string openFiles();
    std::string compareChecksums();
    void compareChecksum(const fs::path& file, const std::string& expected);
    std::string readWeights();
    std::string tokenize();
    std::string findSpecialTokens();
    std::string findTurnTokens();
    std::string runForward();

    const ModelChoice& m_choice;
    const StopToken& m_stop;
    Progress& m_progress;
    std::shared_ptr<const model::ModelFiles> m_files;
    std::vector<ModelCheck> m_checks;
    bool m_isMarkupUnknown = false;
};

void Verification::check(const std::string& name, bool needsFiles,
                         const std::function<std::string()>& check)
{
    stopPoint(m_stop);
    if (needsFiles && !m_files) {
        m_checks.push_back({.name = name, .found = "the files could not be opened"});
        return;
    }
    m_progress.report({.stage = "checking " + name});
    try {
        const std::string found = check();
        m_checks.push_back({.name = name,
                            .state = found.empty() ? CheckState::Skipped : CheckState::Passed,
                            .found = found.empty() ? "none are known for these files" : found});
    } catch (const std::exception& thrown) {
        const Error error = asError(thrown, m_choice.base.string());
        m_checks.push_back({.name = name,
                            .state = CheckState::Failed,
                            .found = error.problem() + " (" + error.where() + ")",
                            .remedy = error.remedy()});
    }
}

std::string Verification::openFiles()
{
    m_files = model::ModelFiles::open(m_choice.base);
    return fmt::format("{} tensors, their shapes fit the configuration",
                       m_files->tensorNames().size());
}

void Verification::compareChecksum(const fs::path& file, const std::string& expected)
{
    const bool isGits = expected.size() == sha1Digits;
    const std::uintmax_t size = fs::file_size(file);
    Digest digest{isGits ? DigestKind::Sha1 : DigestKind::Sha256};
    if (isGits) {
        const std::string head = fmt::format("blob {}", size);
        digest.add(head.c_str(), head.size() + 1);
    }
    std::ifstream stream{file, std::ios::binary};
    std::vector<char> chunk(bytesAtOnce);
    std::int64_t done = 0;
    while (stream) {
        stopPoint(m_stop);
        stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        digest.add(chunk.data(), static_cast<std::size_t>(stream.gcount()));
        done += stream.gcount();
        m_progress.report({.done = done,
                           .total = static_cast<std::int64_t>(size),
                           .stage = "comparing the checksum of " + file.filename().string()});
    }
    if (!stream.eof() || digest.hex() != expected) {
        throw failedCheck("the file is not what the hub has: its checksum is another one",
                          file.string(), "delete the model and fetch it again");
    }
}

std::string Verification::compareChecksums()
{
    std::vector<fs::path> files;
    if (fs::is_directory(m_choice.base)) {
        for (const fs::directory_entry& entry : fs::directory_iterator{m_choice.base}) {
            files.push_back(entry.path());
        }
    } else {
        files.push_back(m_choice.base);
    }
    std::size_t compared = 0;
    for (const fs::path& file : files) {
        if (const std::string expected = hub::HubCache::checksumOf(file); !expected.empty()) {
            compareChecksum(file, expected);
            ++compared;
        }
    }
    return compared == 0 ? "" : fmt::format("{} files as the hub has them", compared);
}

std::string Verification::readWeights()
{
    std::vector<float> values(elementsAtOnce);
    std::int64_t done = 0;
    const std::vector<std::string> names = m_files->tensorNames();
    for (const std::string& name : names) {
        const auto view = m_files->find(name);
        const auto elements = view ? static_cast<std::size_t>(view->elements()) : 0;
        if (!view || !model::isFloat(view->dtype)) {
            continue;
        }
        m_progress.report({.done = ++done,
                           .total = static_cast<std::int64_t>(names.size()),
                           .stage = "reading the weights"});
        for (std::size_t begin = 0; begin < elements; begin += elementsAtOnce) {
            stopPoint(m_stop);
            const std::size_t count = std::min(elementsAtOnce, elements - begin);
            const std::byte* const bytes = view->data + model::byteSize(view->dtype, begin);
            model::toFloat32(view->dtype, bytes, count, values.data());
            const auto end = values.begin() + static_cast<std::ptrdiff_t>(count);
            if (!std::all_of(values.begin(), end, [](float x) { return std::isfinite(x); })) {
                throw failedCheck("a weight is no finite number", "tensor " + name,
                                  "fetch the model again, or use another copy");
            }
        }
    }
    return fmt::format("{} tensors, each number finite", done);
}

std::string Verification::tokenize()
{
    const text::Tokenizer& tokenizer = *m_files->tokenizer();
    for (const std::string_view text : sampleTexts) {
        const text::Encoding encoding = tokenizer.encode(text);
        if (encoding.ids.empty() || tokenizer.decode(encoding.ids) != text) {
            throw failedCheck("a text does not come back from its tokens as it was",
                              "\"" + std::string{text} + "\"",
                              "check that tokenizer.json belongs to this model");
        }
    }
    return fmt::format("{} tokens; {} sample texts come back as they were", tokenizer.size(),
                       sampleTexts.size());
}

std::string Verification::findSpecialTokens()
{
    const text::Tokenizer& tokenizer = *m_files->tokenizer();
    std::string names;
    for (const text::TokenId id : m_files->stopTokens()) {
        const std::string text = tokenizer.bytesOf(id);
        if (text.empty()) {
            throw failedCheck(fmt::format("the token {} that ends a text is not in the tokenizer",
                                          static_cast<int>(id)),
                              m_choice.base.string(),
                              "check that tokenizer and configuration belong together");
        }
        names += (names.empty() ? "" : ", ") + text;
    }
    return "texts end with " + names;
}

std::string Verification::findTurnTokens()
{
    const text::ChatMarkup* markup = nullptr;
    try {
        markup = &m_files->markup();
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Unsupported) {
            throw;
        }
        m_isMarkupUnknown = true;
        return "not recognised: projects need one that is given (`nextquill data markup`)";
    }
    for (const std::string& mark : markup->marks) {
        if (m_files->tokenizer()->encode(mark).ids.size() != 1) {
            throw failedCheck("the turns of " + markup->name + " are marked with " + mark +
                                  ", which is no token of the tokenizer",
                              m_choice.base.string(),
                              "check that tokenizer and chat template belong together, or give "
                              "the project another markup with `nextquill data markup`");
        }
    }
    return markup->name + (markup->marks.empty()
                               ? ", whose marks are plain text"
                               : fmt::format(": {}", fmt::join(markup->marks, " ")));
}

std::string Verification::runForward()
{
    const auto decoder = loadModel(m_choice, {}, m_stop, m_progress);
    const text::Tokenizer& tokenizer = *m_files->tokenizer();
    const auto example =
        causal::makeTwinExample("self-check", tokenizer.encode("I like tea. The kettle").ids,
                                tokenizer.encode("The kettle").ids, tokenizer,
                                " boils in three minutes.", m_files->endOfText(), {});
    const auto effects =
        causal::measurePreferenceEffects(*decoder, std::span{&example, 1}, {}, m_stop, m_progress);
    for (const causal::TokenEffect& token : effects.at(0).tokens) {
        if (!std::isfinite(token.logp_h) || !std::isfinite(token.logp_0)) {
            throw failedCheck("the model gives probabilities that are no numbers", "forward pass",
                              "use another copy of the model, or float32");
        }
    }
    return fmt::format("finite probabilities for {} tokens", effects.at(0).tokens.size());
}

std::vector<ModelCheck> Verification::run()
{
    check("files", false, [this] { return openFiles(); });
    check("checksums", false, [this] { return compareChecksums(); });
    check("weights", true, [this] { return readWeights(); });
    check("tokenizer", true, [this] { return tokenize(); });
    check("special tokens", true, [this] { return findSpecialTokens(); });
    check("chat markup", true, [this] { return findTurnTokens(); });
    if (m_isMarkupUnknown) {
        m_checks.back().state = CheckState::Skipped;
    }
    check("forward pass", true, [this] { return runForward(); });
    return std::move(m_checks);
}

} // namespace

std::string_view name(CheckState state)
{
    switch (state) {
    case CheckState::Passed:
        return "passed";
    case CheckState::Failed:
        return "failed";
    case CheckState::Skipped:
        break;
    }
    return "skipped";
}

std::vector<ModelCheck> verifyModel(const ModelChoice& choice, const StopToken& stop,
                                    Progress& progress)
{
    return Verification{choice, stop, progress}.run();
}

bool isSound(const std::vector<ModelCheck>& checks)
{
    return std::ranges::none_of(
        checks, [](const ModelCheck& check) { return check.state == CheckState::Failed; });
}

OrderedJson toJson(const std::vector<ModelCheck>& checks)
{
    OrderedJson rows = OrderedJson::array();
    for (const ModelCheck& check : checks) {
        rows.push_back({{"check", check.name},
                        {"state", name(check.state)},
                        {"found", check.found},
                        {"remedy", check.remedy}});
    }
    return rows;
}

std::string toText(const std::vector<ModelCheck>& checks)
{
    std::string text;
    for (const ModelCheck& check : checks) {
        text += fmt::format("{}{:<15} {:<8} {}{}", text.empty() ? "" : "\n", check.name,
                            name(check.state), check.found,
                            check.remedy.empty() ? "" : "; " + check.remedy);
    }
    return text;
}

} // namespace nextquill::workflow
