#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Our tokenizer against the `tokenizers` package, on random texts.

usage: tokenizer_peer.py PROGRAM MODELS [TEXTS]

PROGRAM is tokenizer_peer, MODELS a folder of folders with a tokenizer.json. Three things are
compared: ids, offsets and decoded text of the same file; ids after the file was written anew by
PROGRAM and read by the package. $NEXTQUILL_SHARED names another place of the models. Ends with 77
where the package or the models are missing.
"""
import json
import os
import pathlib
import random
import subprocess
import sys

SKIPPED = 77

try:
    import tokenizers
except ImportError:
    print("skipped: the Python package tokenizers is not installed")
    sys.exit(SKIPPED)

ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", " ", "  \t\n\r",
    ".,;:!?'\"-_()[]{}<>/\\|@#$%^&*+=~`", "\u2019\u201c\u2014\u2026",
    [chr(c) for c in range(0xC0, 0x250)], [chr(c) for c in range(0x300, 0x370)],
    [chr(c) for c in range(0x390, 0x480)], [chr(c) for c in range(0x5D0, 0x650)],
    [chr(c) for c in range(0x900, 0xD80)], [chr(c) for c in range(0xE00, 0x1200)],
    [chr(c) for c in range(0x1E00, 0x2200)], [chr(c) for c in range(0x2460, 0x2500)],
    [chr(c) for c in range(0x3000, 0x3100)], [chr(c) for c in range(0x4E00, 0x4F00)],
    [chr(c) for c in range(0xAC00, 0xAD00)], [chr(c) for c in range(0xF900, 0xFB50)],
    [chr(c) for c in range(0x1F300, 0x1F700)], [chr(c) for c in range(0x2F800, 0x2F900)],
    ["\u200d", "\ufe0f", "\u00a0", "\u3000", "\u2009", "\u0085", "\u180e", "\u2028"],
    [chr(c) for c in range(0x20)] + ["\x7f", "\x80"],
    ["'s", "'t", "'LL", "'re", "'Ve", "'\u017f", "'d", "'M"],
    ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_", "<tool_call>"],
    ["the", " and", " review", " 12", "1st", "it's", "e\u0301", "\u0323\u0307"],
]


def random_texts(count):
    draw = random.Random(7)
    for _ in range(count):
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


def compare(program, file, texts):
    reference = tokenizers.Tokenizer.from_file(str(file))
    written = subprocess.run([program, file, "rewrite"], capture_output=True, text=True, check=True)
    rewritten = tokenizers.Tokenizer.from_str(written.stdout)
    differences = 0
    for text, answer in zip(texts, ours(program, file, texts), strict=True):
        encoding = reference.encode(text, add_special_tokens=False)
        decoded = reference.decode(encoding.ids, skip_special_tokens=False)
        again = rewritten.encode(text, add_special_tokens=False)
        # Where bytes vanish that the vocabulary lacks, the package's offsets slip to the left.
        vanished = reference.normalizer is None and decoded != text
        equal = (answer["ids"] == encoding.ids == again.ids
                 and (vanished or answer["bytes"] == byte_offsets(text, encoding.offsets))
                 and answer["decoded"] == decoded)
        if not equal:
            differences += 1
            if differences <= 5:
                print(f"{file}: {ascii(text)}\n  package {encoding.ids} {byte_offsets(text, encoding.offsets)}"
                      f"\n  ours    {answer['ids']} {answer['bytes']}\n  rewritten {again.ids}")
    sample = "A text."
    if rewritten.encode(sample).ids != reference.encode(sample).ids:
        print(f"{file}: the written file puts other tokens around a text")
        differences += 1
    return differences


def main():
    program, models = sys.argv[1], pathlib.Path(sys.argv[2])
    if "NEXTQUILL_SHARED" in os.environ:
        models = pathlib.Path(os.environ["NEXTQUILL_SHARED"]) / "fixtures" / "models"
    texts = list(random_texts(int(sys.argv[3]) if len(sys.argv) > 3 else 2000))
    files = sorted(models.glob("*/tokenizer.json"))
    if not files:
        print("skipped: no tokenizer.json below", models)
        return SKIPPED
    differences = 0
    for file in files:
        found = compare(program, file, texts)
        print(f"{file.parent.name}: {len(texts)} texts, {found} differences")
        differences += found
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
