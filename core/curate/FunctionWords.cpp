// SPDX-License-Identifier: GPL-3.0-or-later
//
// Determiners, pronouns, conjunctions, prepositions, auxiliaries and the adverbs that only join or
// weigh; contractions with and, as reviews have them, without their apostrophe. Collected for this
// program; sorted by bytes.
#include "core/curate/WordClass.h"

#include <algorithm>

namespace nextquill::curate {

namespace {

constexpr std::array<std::string_view, 284> functionWords{
    "a",        "about",      "above",      "across",    "after",      "again",    "against",
    "ain't",    "all",        "almost",     "along",     "already",    "also",     "although",
    "am",       "amid",       "among",      "amongst",   "an",         "and",      "another",
    "any",      "anybody",    "anyone",     "anything",  "are",        "aren't",   "around",
    "as",       "at",         "be",         "because",   "been",       "before",   "behind",
    "being",    "below",      "beside",     "besides",   "between",    "beyond",   "both",
    "but",      "by",         "can",        "can't",     "cannot",     "cant",     "could",
    "couldn't", "couldnt",    "despite",    "did",       "didn't",     "didnt",    "do",
    "does",     "doesn't",    "doesnt",     "doing",     "don't",      "done",     "dont",
    "down",     "during",     "each",       "either",    "else",       "enough",   "even",
    "ever",     "every",      "everybody",  "everyone",  "everything", "except",   "from",
    "had",      "hadn't",     "half",       "has",       "hasn't",     "have",     "haven't",
    "having",   "he",         "he'd",       "he'll",     "he's",       "hence",    "her",
    "here",     "here's",     "hers",       "herself",   "him",        "himself",  "his",
    "how",      "how's",      "however",    "i",         "i'd",        "i'll",     "i'm",
    "i've",     "if",         "im",         "in",        "inside",     "instead",  "into",
    "is",       "isn't",      "isnt",       "it",        "it'd",       "it'll",    "it's",
    "its",      "itself",     "ive",        "just",      "lest",       "let's",    "like",
    "may",      "maybe",      "mayn't",     "me",        "might",      "mightn't", "mine",
    "minus",    "must",       "mustn't",    "my",        "myself",     "n't",      "near",
    "needn't",  "neither",    "never",      "no",        "nobody",     "none",     "nor",
    "not",      "nothing",    "now",        "of",        "off",        "on",       "one",
    "oneself",  "only",       "onto",       "or",        "other",      "others",   "otherwise",
    "ought",    "our",        "ours",       "ourselves", "out",        "outside",  "over",
    "own",      "past",       "per",        "perhaps",   "plus",       "quite",    "rather",
    "same",     "several",    "shall",      "shan't",    "she",        "she'd",    "she'll",
    "she's",    "should",     "shouldn't",  "since",     "so",         "some",     "somebody",
    "someone",  "something",  "still",      "such",      "than",       "that",     "that'd",
    "that'll",  "that's",     "the",        "their",     "theirs",     "them",     "themselves",
    "then",     "there",      "there'd",    "there's",   "therefore",  "these",    "they",
    "they'd",   "they'll",    "they're",    "they've",   "this",       "those",    "though",
    "through",  "throughout", "thus",       "till",      "to",         "too",      "toward",
    "towards",  "under",      "underneath", "unless",    "unlike",     "until",    "up",
    "upon",     "us",         "very",       "via",       "was",        "wasn't",   "wasnt",
    "we",       "we'd",       "we'll",      "we're",     "we've",      "were",     "weren't",
    "what",     "what's",     "whatever",   "when",      "when's",     "where",    "where's",
    "whereas",  "whether",    "which",      "whichever", "while",      "who",      "who'd",
    "who'll",   "who's",      "whoever",    "whom",      "whose",      "why",      "will",
    "with",     "within",     "without",    "won't",     "wont",       "would",    "wouldn't",
    "wouldnt",  "yet",        "you",        "you'd",     "you'll",     "you're",   "you've",
    "your",     "yours",      "yourself",   "yourselves"};
static_assert(std::ranges::is_sorted(functionWords));

} // namespace

bool isEnglishFunctionWord(std::string_view lowerCase) noexcept
{
    return std::ranges::binary_search(functionWords, lowerCase);
}

} // namespace nextquill::curate
