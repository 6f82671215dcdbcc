#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our tokenizer against the `tokenizers` package, on random texts.

usage: tokenizer_peer.py PROGRAM [--models FOLDER] [--texts N] [--only NAME]

PROGRAM is tokenizer_peer. Tokenizers are those of the folders in FOLDER, and small ones of all
families that are made here (family_tokenizers.py). Three things are compared: ids, offsets and
decoded text of the same file; ids after the file was written anew by PROGRAM and read by the package.
N texts go to each tokenizer, by default $NEXTQUILL_FUZZ_TEXTS together, or a sample.
$NEXTQUILL_SHARED names another place of the models. Ends with 77 where the package is missing.
"""
import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

SKIPPED = 77
SAMPLE = 300  # texts for each tokenizer where nobody asked for more
CHUNK = 20_000

try:
    import tokenizers
except ImportError:
    print("skipped: the Python package tokenizers is not installed")
    sys.exit(SKIPPED)

import family_tokenizers

ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", " ", "  \t\n\r",
    ".,;:!?'\"-_()[]{}<>/\\|@#$%^&*+=~`", "\u2019\u201c\u2014\u2026",
    [chr(c) for c in range(0xC0, 0x250)], [chr(c) for c in range(0x300, 0x370)],
    [chr(c) for c in range(0x390, 0x480)], [chr(c) for c in range(0x5D0, 0x650)],
    [chr(c) for c in range(0x900, 0xD80)], [chr(c) for c in range(0xE00, 0x1200)],
    [chr(c) for c in range(0x1E00, 0x2200)], [chr(c) for c in range(0x2460, 0x2500)],
    [chr(c) for c in range(0x3000, 0x3100)], [chr(c) for c in range(0x4E00, 0x4F00)],
    [chr(c) for c in range(0xAC00, 0xAD00)], [chr(c) for c in range(0xF900, 0xFB50)],
    [chr(c) for c in range(0xFF00, 0xFFF0)],
    [chr(c) for c in range(0x1F300, 0x1F700)], [chr(c) for c in range(0x2F800, 0x2F900)],
    [chr(c) for c in range(0x10400, 0x10450)], ["\u01c5", "\u02b0", "\u05d0", "\u0e01", "\u1d2c", "\u0301"],
    ["\u200d", "\ufe0f", "\u00a0", "\u3000", "\u2009", "\u0085", "\u180e", "\u2028"],
    [chr(c) for c in range(0x20)] + ["\x7f", "\x80"],
    ["'s", "'t", "'LL", "'re", "'Ve", "'\u017f", "'d", "'M", "\u2019s"],
    ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_", "<tool_call>", "<|eot_id|>", "<|end|>"],
    ["<s>", "</s>", "<unk>", "<m>", "<l>", "<r>", "one", "[N]", "[n]", "Caf\u00e9", "cafe\u0301", "<mask>", "[INST]"],
    ["<bos>", "<start_of_turn>", "<table>", "\n\n", "<\uff5cUser\uff5c>", "<extra_id_0>"],
    ["\u2581", "\u2581\u2581", " \u2581", "\u2581the", "<0x0A>", "<0xE2>", "<0x", "0A>"],
    ["the", " and", " review", " 12", "1st", "it's", "e\u0301", "\u0323\u0307", " skillet", "/\n/", "//"],
]
BYTE_NAME = re.compile("<0x[0-9A-F]{2}>")
# Digits, and letters with another case, that are newer than ICU 72 (Unicode 15).
NEW_CHARACTERS = re.compile("[\u1c89\ua7cb-\ua7dc\U00010d40-\U00010d65\U000116d0-\U000116e3\U00011de0-\U00011de9"
                            "\U00016d70-\U00016d79\U00016ea0-\U00016ed3\U0001ccf0-\U0001ccf9\U00011bf0-\U00011bf9\U0001e5f1-\U0001e5fa]")
ANY = [(0, 0xD800), (0xE000, 0x3400), (0x10000, 0x20000), (0xE000, 0x10000), (0x20000, 0x110000)]


def random_texts(count, seed):
    draw = random.Random(seed)
    for _ in range(count):
        if draw.random() < 0.1:
            low, high = draw.choice([r for r in ANY if r[0] < r[1]])
            yield NEW_CHARACTERS.sub("", "".join(chr(draw.randrange(low, high)) for _ in range(draw.randint(1, 30))))
            continue
        chosen = draw.sample(ALPHABETS, draw.randint(1, 6))
        yield "".join(draw.choice(draw.choice(chosen)) for _ in range(draw.randint(1, 60)))


def byte_offsets(text, offsets):
    positions = [0]
    for character in text:
        positions.append(positions[-1] + len(character.encode()))
    return [[positions[begin], positions[end]] for begin, end in offsets]


def ours(program, file, texts):
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    answer = subprocess.run([program, file], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in answer.stdout.split("\n") if line]


class Comparison:
    def __init__(self, program, file):
        self.program, self.file = program, file
        self.reference = tokenizers.Tokenizer.from_file(str(file))
        written = subprocess.run([program, file, "rewrite"], capture_output=True, text=True, check=True)
        self.rewritten = tokenizers.Tokenizer.from_str(written.stdout)
        root = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
        self.takes_names = root["model"]["type"] == "Unigram" and root["model"].get("byte_fallback")
        self.vanishes = root["model"].get("unk_token") is None and not root["model"].get("byte_fallback")
        self.differences = self.kept_out = 0

    def compare(self, texts):
        expected = self.reference.encode_batch(texts, add_special_tokens=False)
        again = self.rewritten.encode_batch(texts, add_special_tokens=False)
        decoded = self.reference.decode_batch([e.ids for e in expected], skip_special_tokens=False)
        for text, answer, encoding, twin, shown in zip(
                texts, ours(self.program, self.file, texts), expected, again, decoded, strict=True):
            places = byte_offsets(text, encoding.offsets)
            # Where characters vanish that the vocabulary lacks, the package's offsets slip to the left.
            slipped = self.vanishes and (self.reference.normalizer is None and shown != text)
            if (answer["ids"] == encoding.ids == twin.ids and answer["decoded"] == shown
                    and (slipped or answer["bytes"] == places)):
                continue
            # Of Unigram the package takes a written <0x0A> for the byte; we keep that out.
            if self.takes_names and BYTE_NAME.search(text):
                self.kept_out += 1
                continue
            self.differences += 1
            if self.differences <= 3:
                print(f"{self.file}: {ascii(text)}\n  package   {encoding.ids} {places}"
                      f"\n  ours      {answer['ids']} {answer['bytes']}\n  rewritten {twin.ids}"
                      f"\n  decoded   {ascii(shown)}\n  ours      {ascii(answer['decoded'])}")

    def compare_around(self):
        sample = "A text."
        if self.rewritten.encode(sample).ids != self.reference.encode(sample).ids:
            print(f"{self.file}: the written file puts other tokens around a text")
            self.differences += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--models")
    parser.add_argument("--texts", type=int)
    parser.add_argument("--only", action="append")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    models = options.models
    if "NEXTQUILL_SHARED" in os.environ:
        models = pathlib.Path(os.environ["NEXTQUILL_SHARED"]) / "fixtures" / "models"
    with tempfile.TemporaryDirectory() as folder:
        family_tokenizers.write_all(folder, [n for n in options.only or [] if n in family_tokenizers.FAMILIES]
                                    if options.only else None)
        files = sorted(pathlib.Path(folder).glob("*/tokenizer.json"))
        files += sorted(pathlib.Path(models).glob("*/tokenizer.json")) if models else []
        files = [f for f in files if not options.only or f.parent.name in options.only]
        whole = int(os.environ.get("NEXTQUILL_FUZZ_TEXTS", "0"))
        count = options.texts or (whole + len(files) - 1) // len(files) or SAMPLE
        differences = texts = 0
        for number, file in enumerate(files):
            comparison = Comparison(options.program, file)
            comparison.compare_around()
            drawn = list(random_texts(count, options.seed * 1000 + number))
            for begin in range(0, count, CHUNK):
                comparison.compare(drawn[begin:begin + CHUNK])
            kept = f", {comparison.kept_out} with a written byte that the package takes for the byte" if comparison.kept_out else ""
            print(f"{file.parent.name}: {count} texts, {comparison.differences} differences{kept}", flush=True)
            differences += comparison.differences
            texts += count
        print(f"together: {len(files)} tokenizers, {texts} texts, {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
