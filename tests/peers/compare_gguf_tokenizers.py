#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokenizers in GGUF files against the `tokenizers` package.

usage: compare_gguf_tokenizers.py PROGRAM [--texts N] [--llama FOLDER]

PROGRAM is gguf_tokenizer_peer. Small tokenizers of all families (family_tokenizers.py) are written
as GGUF and read again; ids of random texts must be those that the package gives for the original.
What GGUF cannot say must be refused. With --llama, FOLDER holds vocabularies of llama.cpp
(ggml-vocab-NAME.gguf with .inp and .out): ids must be those of the .out files. Ends with 77 where
the package is missing.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import tokenizers
    import family_tokenizers
    import tokenizer_peer
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

# What GGUF can say; of an architecture that changes nothing but for Phi-3's.
SAID = {"gpt2", "smollm", "llama3", "qwen2", "qwen3.5", "tekken", "deepseek3", "deepseek-coder", "llama2",
        "mistral", "phi3", "gemma"}
SEPARATOR = "\n__ggml_vocab_test__\n"


def ids_of(program, file, texts):
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    ended = subprocess.run([program, "read", str(file)], input=lines, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        return ended.stderr.strip()
    return [json.loads(line)["ids"] for line in ended.stdout.split("\n") if line]


def differing(texts, expected, answers):
    if isinstance(answers, str):
        print(f"  {answers}")
        return len(texts)
    wrong = [i for i, answer in enumerate(answers) if answer != expected[i]]
    for i in wrong[:3]:
        print(f"  {ascii(texts[i])}\n    expected {expected[i]}\n    ours     {answers[i]}")
    return len(wrong) + abs(len(texts) - len(answers))


def compare_family(program, name, folder, count):
    json_file = folder / name / "tokenizer.json"
    file = folder / f"{name}.gguf"
    architecture = "phi3" if name == "phi3" else "llama"
    ended = subprocess.run([program, "write", str(json_file), str(file), architecture], capture_output=True, text=True,
                           check=False)
    if ended.returncode != 0:
        print(f"{name}: refused, {ended.stderr.strip()}")
        return name in SAID
    texts = list(tokenizer_peer.random_texts(count, 31))
    reference = tokenizers.Tokenizer.from_file(str(json_file))
    if name == "mistral":  # GGUF puts a space behind each mark, too, and before one that stands there
        marks = ("<s>", "</s>", "<unk>", "[INST]", "[/INST]")
        texts = [t for t in texts if not any(m in t for m in marks) and t[0] not in (" ", "\u2581")]
    expected = [e.ids for e in reference.encode_batch(texts, add_special_tokens=False)]
    wrong = differing(texts, expected, ids_of(program, file, texts))
    print(f"{name}: {len(texts)} texts, {wrong} differences")
    return wrong > 0 or name not in SAID


def compare_llama(program, file):
    """An ID may be spelled by several lines only where the text is empty."""
    texts = pathlib.Path(f"{file}.inp").read_text(encoding="utf-8").split(SEPARATOR)
    lines = pathlib.Path(f"{file}.out").read_text().split("\n")
    expected = [[int(i) for i in line.split()] for line in lines[:len(texts)]]
    answers = ids_of(program, file, texts)
    if isinstance(answers, str) and "not known" in answers or "of the kind" in answers:
        print(f"{file.name}: refused, {answers}")
        return False
    wrong = differing(texts, expected, answers)
    print(f"{file.name}: {len(texts)} texts, {wrong} differences")
    return wrong > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program")
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--llama")
    options = parser.parse_args()
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        family_tokenizers.write_all(folder)
        for name in family_tokenizers.FAMILIES:
            if compare_family(options.program, name, pathlib.Path(folder), options.texts):
                failed.append(name)
    for file in sorted(pathlib.Path(options.llama).glob("*.gguf")) if options.llama else []:
        if pathlib.Path(f"{file}.inp").exists() and compare_llama(options.program, file):
            failed.append(file.name)
    if failed:
        print("not as they should be:", ", ".join(failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
