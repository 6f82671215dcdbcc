#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Review lines into a project: `nextquill bench import` beside DuckDB, sqlite3 and sqlite-utils.

    python compare_import.py [NEXTQUILL] [--rows 1000000] [--folder FOLDER] [--json FILE]

Goals D3 and D4. The lines are made here, as those of Amazon's release of 2023. Peers make one table of
all fields without looking for duplicates or anything else; ours checks, rejects, digests, counts and
keeps each text once. D4 adds a search index (FTS5) to what sqlite3 does, and to ours. Nothing is kept.
"""
import json
import pathlib
import random
import sys
import tempfile
import time

import turns

TABLE = ("create table r(rating real, title text, text text, images text, asin text, parent_asin text, "
         "user_id text, timestamp int, helpful_vote int, verified_purchase int)")


def write_reviews(file, rows):
    sentences = [s for text in turns.sample_texts() for s in text.split(". ")]
    draw = random.Random(1)
    with open(file, "w") as out:
        for row in range(rows):
            text = ". ".join(draw.choices(sentences, k=draw.randint(2, 12))) + "."
            item = f"B{draw.randrange(max(1, rows // 12)):09d}"
            out.write(json.dumps({
                "rating": float(draw.randint(1, 5)), "title": draw.choice(sentences)[:40], "text": text,
                "images": [], "asin": item, "parent_asin": item, "user_id": f"U{row // 9:08d}",
                "timestamp": 1_300_000_000_000 + row * 7_000, "helpful_vote": draw.randrange(4),
                "verified_purchase": True}, ensure_ascii=False) + "\n")


def rows_of(file):
    """Values of each line as sqlite3 takes them."""
    for line in open(file):
        values = list(json.loads(line).values())
        values[3] = json.dumps(values[3])
        yield values


def with_sqlite3(file, database, search):
    import sqlite3

    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode=off")
    connection.execute("PRAGMA synchronous=off")
    connection.execute(TABLE)
    connection.executemany("insert into r values(?,?,?,?,?,?,?,?,?,?)", rows_of(file))
    if search:
        connection.execute("create virtual table f using fts5(title, text, content='r', content_rowid='rowid')")
        connection.execute("insert into f(f) values('rebuild')")
    connection.commit()


def with_duckdb(file, database):
    import duckdb

    connection = duckdb.connect(database)
    connection.execute(f"create table r as select * from read_json('{file}', format='newline_delimited')")
    connection.close()


def peer(which, file, folder):
    database = str(pathlib.Path(folder) / "peer.db")
    work = {"duckdb": lambda: with_duckdb(file, database),
            "sqlite3": lambda: with_sqlite3(file, database, False),
            "sqlite3 and FTS5": lambda: with_sqlite3(file, database, True)}[which]
    start = time.perf_counter()
    work()
    print(json.dumps({"seconds": time.perf_counter() - start, "peak": turns.peak_mib()}))


def sqlite_utils(file, folder):
    ended = turns.run([sys.executable, "-m", "sqlite_utils", "insert", pathlib.Path(folder) / "u.db", "r", file,
                       "--nl", "--silent"])
    return {"seconds": ended.seconds, "peak": ended.peak_mib}


def main():
    parser = turns.arguments(__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", help="for temporary files, about four times the lines' size")
    options = turns.take_options(parser)
    if options.peer:
        return peer(*options.peer)
    if options.quick:
        options.rows = 20_000
    others, goals = turns.Others(), turns.Goals()
    ours, searched, peers = [], [], {way: [] for way in ("duckdb", "sqlite3", "sqlite-utils", "sqlite3 and FTS5")}
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        file = pathlib.Path(folder) / "reviews.jsonl"
        write_reviews(file, options.rows)
        size = file.stat().st_size / 1e6
        for _ in range(options.rounds):
            for own, more in ((ours, ["--no-search-index"]), (searched, [])):
                with tempfile.TemporaryDirectory(dir=folder) as scratch:
                    own.append(turns.bench(options, "import", "--reviews", file, "--repeat", 1,
                                           "--no-reference", "--folder", scratch, *more))
            for way, results in peers.items():
                with tempfile.TemporaryDirectory(dir=folder) as scratch:
                    results.append(sqlite_utils(file, scratch) if way == "sqlite-utils"
                                   else turns.peer(__file__, way, file, scratch))
    seconds = [turns.median([r["rows"]["import"]["seconds"] for r in own]) for own in (ours, searched)]
    limits = {"duckdb": (1.0, 1.5), "sqlite3": (None, None), "sqlite-utils": (4, 8),
              "sqlite3 and FTS5": (1.0, None)}
    for way, results in peers.items():
        theirs = turns.median([r["seconds"] for r in results])
        own = seconds["FTS5" in way]
        goals.add("D4" if "FTS5" in way else "D3", f"{options.rows} rows, {size:.0f} MB, {way}",
                  f"{theirs:.2f} s", f"{own:.2f} s", theirs / own, *limits[way],
                  note=f"their process {turns.median([r['peak'] for r in results]):.0f} MiB")
    memory = max(turns.median([r["process_mib"] for r in own]) for own in (ours, searched))
    goals.add("D3", "process's peak, of 300 MiB", "-", f"{memory:.0f} MiB", memory / 300, 1.0, at_most=True)
    turns.report(goals, others, options)


if __name__ == "__main__":
    main()
