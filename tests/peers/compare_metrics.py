#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scores of texts: `nextquill score` beside rouge_score, NLTK and sacreBLEU.

    python compare_metrics.py [NEXTQUILL] [--pairs 1200] [--json FILE]

Goals M1 to M3. `score` computes all metrics of each pair, and those of the whole set, in one thread,
and reads and writes JSON: its time, less that for a single pair, is compared with each peer's for its
own metric, so ratios of single metrics are too low by what the others cost. The last row compares with
all peers together. NLTK looks up synonyms where its WordNet is installed, else compares without.
"""
import json

import turns


def text_pairs(count):
    """Texts of 120 words, each beside the next one."""
    given = turns.shared("data/amazon-digital-music-2014/reviews.jsonl")
    texts = [json.loads(line)["reviewText"] for line in open(given)] if given else turns.sample_texts()
    words = [text.split()[:120] for text in texts]
    cut = [" ".join(text) for text in words if len(text) >= 60]
    cut = (cut * (count // max(1, len(cut)) + 2))[:count + 1]
    return list(zip(cut, cut[1:]))


def meteor(pairs):
    """NLTK's, and whether with synonyms."""
    from nltk.corpus import wordnet
    from nltk.translate.meteor_score import meteor_score

    class NoSynonyms:
        def synsets(self, _):
            return []

    try:
        wordnet.ensure_loaded()
        words, synonyms = wordnet, True
    except LookupError:
        words, synonyms = NoSynonyms(), False
    return (lambda: [meteor_score([b.split()], a.split(), wordnet=words) for a, b in pairs]), synonyms


def peer(count, repeats):
    import sacrebleu
    from rouge_score import rouge_scorer

    pairs = text_pairs(int(count))
    plain = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=False)
    stems = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
    of_meteor, synonyms = meteor(pairs)
    ways = {
        "ROUGE": lambda: [plain.score(b, a) for a, b in pairs],
        "ROUGE, stems": lambda: [stems.score(b, a) for a, b in pairs],
        "METEOR": of_meteor,
        "BLEU": lambda: [sacrebleu.sentence_bleu(a, [b]) for a, b in pairs],
        "chrF": lambda: [sacrebleu.sentence_chrf(a, [b]) for a, b in pairs],
    }
    seconds = {name: turns.median(turns.timed(work, int(repeats), warm_up=False)) for name, work in ways.items()}
    print(json.dumps({"seconds": seconds, "synonyms": synonyms}))


def ours(options, count, *words):
    """Seconds for so many pairs, without those of the program's start; and what METEOR used."""
    lines = ["\n".join(json.dumps({"prediction": a, "reference": b}) for a, b in text_pairs(n)) + "\n"
             for n in (count, 1)]
    many, one = (turns.run([options.program, "score", *words], text=text) for text in lines)
    return many.seconds - one.seconds, json.loads(many.out)["corpus"]["signatures"].get("meteor", "")


def main():
    parser = turns.arguments(__doc__)
    parser.add_argument("--pairs", type=int, default=1200)
    options = turns.take_options(parser)
    if options.peer:
        return peer(*options.peer)
    if options.quick:
        options.pairs = 60
    # Ours takes many more pairs than the peers: its time must not drown in the program's start.
    many = options.pairs * (1 if options.quick else 4)
    others, goals = turns.Others(), turns.Goals()
    theirs, own, stems = [], [], []
    for _ in range(options.rounds):
        theirs.append(turns.peer(__file__, options.pairs, 1))
        seconds, signature = ours(options, many)
        own.append(many / seconds)
        stems.append(many / ours(options, many, "--stemmer")[0])
    names = {"ROUGE": ("M1", "rouge_score 1, 2, L", 100), "ROUGE, stems": ("M1", "the same on stems", 100),
             "METEOR": ("M2", "NLTK METEOR", 100), "BLEU": ("M3", "sacreBLEU BLEU", 30),
             "chrF": ("M3", "sacreBLEU chrF", 30)}
    for name, (goal, what, must) in names.items():
        rate = options.pairs / turns.median([r["seconds"][name] for r in theirs])
        mine = turns.median(stems if name == "ROUGE, stems" else own)
        note = "ours: all metrics, one thread"
        if name == "METEOR":
            note += f"; synonyms: {'theirs' if theirs[0]['synonyms'] else 'not theirs'}, ours {signature}"
        goals.add(goal, what, f"{rate:.0f} pairs/s", f"{mine:.0f} pairs/s", mine / rate, must, note=note)
    together = turns.median([sum(s for name, s in r["seconds"].items() if name != "ROUGE, stems") for r in theirs])
    goals.add("M", "all of them, without stems", f"{options.pairs / together:.0f} pairs/s",
              f"{turns.median(own):.0f} pairs/s", turns.median(own) * together / options.pairs, None)
    turns.report(goals, others, options)


if __name__ == "__main__":
    main()
