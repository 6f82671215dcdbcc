#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders that `data export --format hf` writes, read by the datasets package.

usage: load_export.py NEXTQUILL SAMPLES

NEXTQUILL is the program, SAMPLES the folder of the sample's reviews.jsonl and items.jsonl. Ends with
77 where the package is missing. Tried with datasets 5.2.0.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"
try:
    import datasets
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(SKIPPED)


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments), "--json"], check=True, capture_output=True)
    return json.loads(done.stdout)


def rows_of(folder, part):
    files = sorted((folder / "data").glob(f"{part}-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]


def compare(folder, cache):
    loaded = datasets.load_dataset(str(folder), cache_dir=str(cache))
    for part, rows in loaded.items():
        expected = rows_of(folder, part)
        assert expected and rows.to_list() == expected, f"{folder.name}: {part} differs"
        print(f"{folder.name}: {part}, {len(expected)} rows equal")
    return set(loaded)


def main(program, samples):
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        project = work / "p.nextquill"
        run(program, "import", project, samples / "reviews.jsonl", "--items", samples / "items.jsonl")
        run(program, "data", "split", project, "--name", "s")
        run(program, "data", "export", project, "--format", "hf", "--to", work / "all")
        run(program, "data", "export", project, "--format", "hf", "--to", work / "split", "--split", "s")
        assert compare(work / "all", work / "cache") == {"train"}
        assert compare(work / "split", work / "cache") == {"train", "validation", "test"}


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
