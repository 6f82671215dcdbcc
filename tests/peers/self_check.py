#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The scripts beside without their peers: that each starts, and what they share.

usage: self_check.py

Comparisons take too long for a test; this one sees that they can be begun. It needs no packages.
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.dont_write_bytecode = True
import turns  # noqa: E402

failures = []


def check(what, holds):
    if not holds:
        failures.append(what)
        print(f"FAILED: {what}")


def rows():
    goals = turns.Goals()
    goals.add("T2", "time", "2.0 s", "1.0 s", 2.0, 1.9, 2.15)
    goals.add("T2", "memory", "9 MiB", "6 MiB", 0.7, 0.999, 0.75, at_most=True)
    goals.add("T2", "slow", "1.0 s", "1.0 s", 1.0, 1.9, 2.15)
    goals.add("T2", "no goal", "1.0 s", "1.0 s", 1.0, None)
    goals.skip("T1", "padded", "too little memory")
    return goals.rows


def main():
    for script in [*HERE.glob("compare_*.py"), HERE / "run"]:
        if script.name in ("compare_peft.py", "compare_families.py", "compare_gguf.py",
                           "compare_gguf_tokenizers.py", "compare_chat_markup.py",
                           "compare_encoder.py"):  # tests of their own
            continue
        ended = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=False)
        check(f"{script.name} --help: {ended.stderr[-300:]}", ended.returncode == 0 and "--json" in ended.stdout)
    found = rows()
    check("goals reached", [r["reached"] for r in found] == ["must", "moonshot", "no", "-", "not run"])
    table = turns.table(found)
    check("the table has limits and reasons", "≥ 1.9" in table and "≤ 0.75" in table and "too little memory" in table)
    check("a line for each row and one above", len(table.splitlines()) == len(found) + 1)
    check("weights of SmolLM2-135M", turns.parameters("smollm2-135m") == 134_515_008)
    check("weights of Qwen2.5-0.5B", turns.parameters("qwen2.5-0.5b") == 494_032_768)
    ended = turns.run([sys.executable, "-c", "print(input()); x = bytearray(80 << 20)"], text="said")
    check("what a child says", ended.out == "said\n")
    check("a child's memory", 80 < ended.peak_mib < 200)
    check("a child's seconds", ended.seconds > 0)
    runs = []
    check("a first run does not count", len(turns.timed(lambda: runs.append(1), 2)) == 2 and len(runs) == 3)
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write("import sys; sys.path.insert(0, %r)\nimport turns\nturns.run(['false'])\n" % str(HERE))
        script.flush()
        ended = subprocess.run([sys.executable, script.name], capture_output=True, text=True, check=False)
        check("a child that fails ends the script", ended.returncode != 0 and "false: status 1" in ended.stderr)
    sys.exit(1 if failures else 0)


main()
