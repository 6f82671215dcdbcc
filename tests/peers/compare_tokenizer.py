#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts into tokens: `nextquill bench tokenize` beside `tokenizers`, on the same texts.

    python compare_tokenizer.py [NEXTQUILL] [--text FILE.jsonl] [--tokenizer FILE ...] [--json FILE]

Goals D1 and D2. Texts are the field `text` or `reviewText` of JSON lines: the reviews of the fixtures
beside the checkout where they are there, else the built-in sample, repeated to 8 MB. Tokenizers are
those of the fixtures unless some are named. Both sides must give the same number of tokens.
"""
import json
import pathlib
import sys
import tempfile

import turns


def texts_of(file):
    found = []
    for line in open(file):
        value = json.loads(line)
        found.append(value.get("text") or value.get("reviewText") or "")
    return found


def peer(tokenizer, file, repeats):
    """`encode_batch` keeps offsets as ours does; threads are set by the environment."""
    import tokenizers

    texts = texts_of(file)
    size = sum(len(text.encode()) for text in texts)
    loads = turns.timed(lambda: tokenizers.Tokenizer.from_file(tokenizer), int(repeats))
    ours = tokenizers.Tokenizer.from_file(tokenizer)
    seconds = turns.timed(lambda: ours.encode_batch(texts, add_special_tokens=False), int(repeats))
    fast = turns.timed(lambda: ours.encode_batch_fast(texts, add_special_tokens=False), int(repeats))
    tokens = sum(len(e.ids) for e in ours.encode_batch_fast(texts, add_special_tokens=False))
    print(json.dumps({"rate": size / turns.median(seconds) / 1e6, "fast": size / turns.median(fast) / 1e6,
                      "load": turns.median(loads), "tokens": tokens}))


def compare(options, tokenizer, file, goals):
    ours, single, several = [], [], []
    repeats = 1 if options.quick else 3
    for _ in range(options.rounds):
        ours.append(turns.bench(options, "tokenize", "--model", tokenizer, "--text", file,
                                "--megabytes", 0, "--repeat", repeats, "--threads", 2, "--no-reference"))
        for threads, results in ((1, single), (2, several)):
            results.append(turns.peer(__file__, tokenizer, file, repeats, environment={
                "RAYON_NUM_THREADS": str(threads),
                "TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false"}))
    tokens = {result["tokens"] for result in single + several} | {r["facts"]["tokens"] for r in ours}
    if len(tokens) != 1:
        sys.exit(f"{tokenizer}: both sides give other tokens: {tokens}")
    name = pathlib.Path(tokenizer).parent.name
    rate = lambda threads: turns.median([r["rows"][threads]["bytes_per_second"] for r in ours]) / 1e6
    for threads, label, results in (("1 thread", "1 thread", single), ("2 threads", "2 threads", several)):
        theirs = turns.median([r["rate"] for r in results])
        goals.add("D1", f"{name}, {label}", f"{theirs:.1f} MB/s", f"{rate(threads):.1f} MB/s",
                  rate(threads) / theirs, 5 if label == "1 thread" else None,
                  note=f"without offsets they reach {turns.median([r['fast'] for r in results]):.1f} MB/s")
    goals.add("D1", f"{name}, 2 threads against 1", f"{rate('1 thread'):.1f} MB/s",
              f"{rate('2 threads'):.1f} MB/s", rate("2 threads") / rate("1 thread"), 1.9, note="within our run")
    theirs = turns.median([r["load"] for r in single])
    own = turns.median([r["rows"]["loading"]["seconds"] for r in ours])
    goals.add("D2", f"{name}, loading", f"{theirs:.3f} s", f"{own:.3f} s", own / theirs, 0.5, at_most=True)


def write_texts(options, folder):
    """The texts as JSON lines of the one field that both sides read."""
    given = options.text or turns.shared("data/amazon-digital-music-2014/reviews.jsonl")
    texts = texts_of(given) if given else turns.sample_texts()
    size, least = 0, 400_000 if options.quick else (0 if given else 8_000_000)
    file = pathlib.Path(folder) / "texts.jsonl"
    with open(file, "w") as out:
        for i in range(10**9):
            if i >= len(texts) and size >= least or options.quick and size >= least:
                break
            text = texts[i % len(texts)]
            size += len(text.encode())
            out.write(json.dumps({"text": text}) + "\n")
    return file


def main():
    parser = turns.arguments(__doc__)
    parser.add_argument("--text", help="JSON lines with `text` or `reviewText`")
    parser.add_argument("--tokenizer", action="append", default=[], help="a tokenizer.json")
    options = turns.take_options(parser)
    if options.peer:
        return peer(*options.peer)
    if not options.tokenizer:
        folder = turns.shared("fixtures/models")
        options.tokenizer = sorted(str(f) for f in folder.glob("*-tokenizer/tokenizer.json")) if folder else []
    others, goals = turns.Others(), turns.Goals()
    if not options.tokenizer:
        goals.skip("D1", "tokenize", "no tokenizer.json: name one with --tokenizer")
    with tempfile.TemporaryDirectory() as folder:
        file = write_texts(options, folder)
        for tokenizer in options.tokenizer:
            compare(options, tokenizer, file, goals)
    turns.report(goals, others, options)


if __name__ == "__main__":
    main()
