// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/workflow/Figure.h"

#include "core/base/Error.h"
#include "core/base/Json.h"
#include "core/workflow/Markup.h"

#include "tests/support/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

namespace nextquill::workflow {
namespace {

/// Words that someone could have written to break a document, each a token.
const std::vector<std::string>& hostileWords()
{
    static const std::vector<std::string> words{"<script>alert(1)</script>",
                                                " & \"q\" 'a'",
                                                " ]]>",
                                                "\x01\x1b[31m",
                                                " \xe2\x80\xaegnp",
                                                " \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
                                                "\n\n=1+1",
                                                " \\input{x} $_^%#~{}",
                                                " </p><img src=x>",
                                                " \xf0\x9f\x98\x80",
                                                " <!-- ",
                                                " javascript:x",
                                                " \xc2\x85"};
    return words;
}

Inspection hostile()
{
    Inspection inspection;
    inspection.userName = "u<script>&\"'";
    inspection.itemTitle = "t</title><script>x</script>\x02";
    inspection.modelName = "m<b onclick='x'>";
    float effect = -0.6F;
    for (const std::string& word : hostileWords()) {
        causal::TokenEffect token;
        token.bytes = ByteRange{inspection.text.size(), inspection.text.size() + word.size()};
        token.p_h = std::max(effect, 0.0F);
        token.p_0 = std::max(-effect, 0.0F);
        token.top_h = {{.p = 0.5F}};
        inspection.text += word;
        inspection.tokenTexts.push_back(word);
        inspection.top_h.push_back({word});
        inspection.top_0.emplace_back();
        inspection.effects.tokens.push_back(std::move(token));
        effect += 0.1F;
    }
    inspection.effects.tokens.emplace_back(); // end of sequence
    inspection.tokenTexts.emplace_back("<|im_end|>");
    inspection.top_h.emplace_back();
    inspection.top_0.emplace_back();
    store::ReviewRow row;
    row.itemTitle = "<script>item</script>";
    row.review.title = "<img src=x onerror=y>";
    row.review.text = "\"><script>";
    inspection.history.push_back(row);
    inspection.attribution = causal::Attribution{
        .reviews = 1, .effect = std::vector<float>(inspection.effects.tokens.size(), 0.25F)};
    return inspection;
}

/// The names of a document's elements. Fails the test where a tag is not closed in order, or an
/// ampersand begins no reference.
std::multiset<std::string> elements(const std::string& document)
{
    static const std::set<std::string> empty{"meta", "br", "rect", "path", "use", "img"};
    std::multiset<std::string> found;
    std::vector<std::string> open;
    for (std::size_t i = 0; i < document.size(); ++i) {
        if (document[i] == '&') {
            const std::size_t end = document.find(';', i);
            EXPECT_TRUE(end != std::string::npos && end - i <= 6) << document.substr(i, 20);
        }
        if (document[i] != '<') {
            continue;
        }
        const std::size_t end = document.find('>', i);
        if (end == std::string::npos) {
            ADD_FAILURE() << "a tag has no end";
            break;
        }
        const std::string tag = document.substr(i + 1, end - i - 1);
        i = end;
        if (tag.starts_with('?') || tag.starts_with('!')) {
            continue;
        }
        if (tag.starts_with('/')) {
            EXPECT_TRUE(!open.empty() && open.back() == tag.substr(1)) << tag;
            if (!open.empty()) {
                open.pop_back();
            }
            continue;
        }
        const std::string name = tag.substr(0, tag.find_first_of(" /"));
        found.insert(name);
        if (!empty.contains(name) && !tag.ends_with('/')) {
            open.push_back(name);
        }
    }
    EXPECT_TRUE(open.empty()) << open.back() << " is not closed";
    return found;
}

void expectInert(const std::string& document, const std::set<std::string>& allowed)
{
    for (const std::string& name : elements(document)) {
        EXPECT_TRUE(allowed.contains(name)) << name;
    }
    for (const char c : document) {
        const bool control =
            static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r';
        EXPECT_FALSE(control) << static_cast<int>(c);
    }
    EXPECT_EQ(document.find("\xe2\x80\xae"), std::string::npos) << "an override of direction";
}

std::string readFile(const std::filesystem::path& file)
{
    std::ostringstream bytes;
    bytes << std::ifstream{file, std::ios::binary}.rdbuf();
    return bytes.str();
}

/// Rows and cells as RFC 4180 reads them.
std::vector<std::vector<std::string>> parsedCsv(const std::string& table)
{
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row{""};
    bool quoted = false;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const char c = table[i];
        if (quoted && c == '"' && i + 1 < table.size() && table[i + 1] == '"') {
            row.back() += '"';
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == ',') {
            row.emplace_back();
        } else if (!quoted && c == '\n') {
            rows.push_back(std::exchange(row, {""}));
        } else {
            row.back() += c;
        }
    }
    EXPECT_FALSE(quoted);
    return rows;
}

TEST(Markup, EscapesAllThatMeansSomething)
{
    EXPECT_EQ(escapedForMarkup("<a b=\"c\" d='e'>&amp;"),
              "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
    EXPECT_EQ(escapedForMarkup("a\x01\xe2\x80\xae\xff"), "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(escapedForMarkup("a\n\xd7\xa9"), "a\n\xd7\xa9");
}

TEST(Figure, SvgOfHostileTextIsInert)
{
    const std::string svg = figureSvg(hostile());
    expectInert(svg, {"svg", "title", "desc", "defs", "g", "rect", "path", "use"});
    EXPECT_NE(svg.find("&lt;script&gt;alert(1)"), std::string::npos);
    for (std::size_t at = svg.find("href"); at != std::string::npos;
         at = svg.find("href", at + 1)) {
        EXPECT_EQ(svg.substr(at, 8), "href=\"#g") << "only outlines of the figure itself";
    }
}

TEST(Figure, HtmlOfHostileTextIsInert)
{
    const std::string html = figureHtml(hostile());
    expectInert(html, {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "span",
                       "b", "u", "br", "table", "tr", "th", "td", "ol", "li"});
    EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(html.find("http://"), std::string::npos);
    EXPECT_EQ(html.find("https://"), std::string::npos);
    EXPECT_EQ(html.find("url("), std::string::npos);
}

TEST(Figure, TexOfHostileTextHasNoCommandsOfItsOwn)
{
    const std::string tex = figureTex(hostile());
    EXPECT_EQ(tex.find("\\input"), tex.find("\\inputenc")); // none but the package's, if that
    EXPECT_NE(tex.find("\\textbackslash{}input\\{x\\}"), std::string::npos);
    EXPECT_NE(tex.find("\\$\\_\\textasciicircum{}\\%\\#\\textasciitilde{}"), std::string::npos);
    EXPECT_NE(tex.find("\\nqsymbol{U+1F600}{\xf0\x9f\x98\x80}"), std::string::npos);
    int depth = 0;
    for (std::size_t i = 0; i < tex.size(); ++i) {
        if (tex[i] == '\\') {
            ++i; // an escaped brace is none
            continue;
        }
        depth += tex[i] == '{' ? 1 : tex[i] == '}' ? -1 : 0;
        EXPECT_GE(depth, 0);
        EXPECT_TRUE(static_cast<unsigned char>(tex[i]) >= 0x20 || tex[i] == '\n');
    }
    EXPECT_EQ(depth, 0);
    EXPECT_EQ(tex.find("\xc2\x85"), std::string::npos) << "pdfLaTeX stops at control characters";
}

TEST(Figure, CsvHasARowPerTokenAndNoFormula)
{
    const Inspection inspection = hostile();
    const auto rows = parsedCsv(figureCsv(inspection));
    ASSERT_EQ(rows.size(), 1 + inspection.effects.tokens.size());
    for (std::size_t i = 0; i < inspection.effects.tokens.size(); ++i) {
        const std::vector<std::string>& row = rows[i + 1];
        ASSERT_EQ(row.size(), rows[0].size());
        EXPECT_EQ(row[0], std::to_string(i));
        EXPECT_EQ(row[1], inspection.tokenTexts[i]);
        EXPECT_NEAR(std::stod(row[7]), inspection.effects.tokens[i].pce(), 1e-6);
        EXPECT_EQ(row.back(), "0.25");
    }
    Inspection formula = inspection;
    formula.tokenTexts[0] = "=HYPERLINK(1)";
    formula.tokenTexts[1] = "@x";
    const auto quoted = parsedCsv(figureCsv(formula));
    EXPECT_EQ(quoted[1][1], "'=HYPERLINK(1)");
    EXPECT_EQ(quoted[2][1], "'@x");
}

TEST(Figure, JsonHasAnEntryPerToken)
{
    const Inspection inspection = hostile();
    const testing::TemporaryFolder folder;
    writeFigure(inspection, folder / "figure.json");
    const Json json = Json::parse(readFile(folder / "figure.json"));
    ASSERT_EQ(json.at("tokens").size(), inspection.effects.tokens.size());
    EXPECT_EQ(json.at("text"), inspection.text);
    EXPECT_EQ(json.at("attribution").size(), inspection.effects.tokens.size());
    EXPECT_TRUE(json.at("tokens").back().at("start").is_null());
    for (const Json& token : json.at("tokens")) {
        EXPECT_NEAR(token.at("pce").get<double>(),
                    token.at("p_h").get<double>() - token.at("p_0").get<double>(), 1e-6);
    }
}

TEST(Figure, IsWrittenInTheFormatOfItsName)
{
    const testing::TemporaryFolder folder;
    const Inspection inspection = hostile();
    writeFigure(inspection, folder / "a.SVG");
    EXPECT_EQ(readFile(folder / "a.SVG"), figureSvg(inspection));
    writeFigure(inspection, folder / "a.html");
    EXPECT_EQ(readFile(folder / "a.html"), figureHtml(inspection));
    try {
        writeFigure(inspection, folder / "a.docx");
        ADD_FAILURE() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::BadInput);
        EXPECT_NE(error.remedy().find(".svg"), std::string::npos);
    }
}

TEST(Figure, OfATextWithoutTokensIsADocument)
{
    expectInert(figureSvg({}), {"svg", "title", "desc", "defs", "g", "rect", "path", "use"});
    EXPECT_EQ(parsedCsv(figureCsv({})).size(), 1U);
}

} // namespace
} // namespace nextquill::workflow
