#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `data export` writes, read by others: folders of --format hf by the datasets package, Parquet by
pyarrow and DuckDB.

usage: load_export.py NEXTQUILL SAMPLES

NEXTQUILL is the program, SAMPLES the folder of the sample's reviews.jsonl and items.jsonl. Ends with
77 where datasets is missing; what else is missing is said. Tried with datasets 5.2.0, pyarrow 26.0.1, DuckDB 2.0.1.
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


def shown(value):
    """As our lines have a value of Parquet's: times are ISO 8601."""
    if hasattr(value, "isoformat"):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    return value


def compare_parquet(file, lines):
    expected = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    try:
        import pyarrow.parquet
    except ImportError as missing:
        print(f"{file.name} not read: {missing}")
        return
    table = pyarrow.parquet.read_table(file)
    rows = [{name: shown(value) for name, value in row.items()} for row in table.to_pylist()]
    assert rows == expected, f"pyarrow: {file.name} differs"
    assert str(table.schema.field("time").type) == "timestamp[ms, tz=UTC]"
    print(f"{file.name}: {len(rows)} rows equal for pyarrow")
    try:
        import duckdb
    except ImportError as missing:
        print(f"not read by DuckDB: {missing}")
        return
    names = ", ".join("strftime(time AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%g') || 'Z'" if name == "time" else name
                      for name in expected[0])
    found = duckdb.sql(f"SELECT {names} FROM read_parquet('{file}')").fetchall()
    assert found == [tuple(row.values()) for row in expected], f"DuckDB: {file.name} differs"
    print(f"{file.name}: {len(found)} rows equal for DuckDB")


def main(program, samples):
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        project = work / "p.nextquill"
        run(program, "import", project, samples / "reviews.jsonl", "--items", samples / "items.jsonl")
        run(program, "data", "split", project, "--name", "s")
        run(program, "data", "export", project, "--format", "hf", "--to", work / "all")
        run(program, "data", "export", project, "--format", "hf", "--to", work / "split", "--split", "s")
        for name, options in {"reviews": ["--excluded"], "examples": ["--split", "s"]}.items():
            run(program, "data", "export", project, "--to", work / f"{name}.parquet", *options)
            run(program, "data", "export", project, "--to", work / f"{name}.jsonl", *options)
            compare_parquet(work / f"{name}.parquet", work / f"{name}.jsonl")
        assert compare(work / "all", work / "cache") == {"train"}
        assert compare(work / "split", work / "cache") == {"train", "validation", "test"}


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]))
