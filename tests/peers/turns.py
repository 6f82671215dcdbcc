# SPDX-License-Identifier: GPL-3.0-or-later
"""What the scripts that compare speed share: children and their peak memory, and goals as rows.

A script takes turns: ours and the peers, each in a process of its own, round by round, so that what
else the machine does meets all of them. A row is one goal of the project's list of goals.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUSY = 0.06  # a share of the processor that others may take before figures are doubtful

# Shapes with random weights: `nextquill bench` has them under the same names.
SHAPES = {
    "smollm2-135m": ("Llama", dict(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30,
        num_attention_heads=9, num_key_value_heads=3, max_position_embeddings=8192,
        rms_norm_eps=1e-5, rope_theta=100000.0, tie_word_embeddings=True)),
    "qwen2.5-0.5b": ("Qwen2", dict(
        vocab_size=151936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24,
        num_attention_heads=14, num_key_value_heads=2, max_position_embeddings=32768,
        rms_norm_eps=1e-6, rope_theta=1000000.0, tie_word_embeddings=True)),
    "tiny": ("Llama", dict(
        vocab_size=1008, hidden_size=128, intermediate_size=160, num_hidden_layers=4,
        num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=8192,
        rms_norm_eps=1e-5, rope_theta=100000.0, tie_word_embeddings=True)),
}


def transformers_model(shape, dtype):
    """A model of Transformers with random weights."""
    import torch
    import transformers

    torch.manual_seed(0)
    family, fields = SHAPES[shape]
    config = getattr(transformers, family + "Config")(**fields)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="sdpa")
    return model.to(getattr(torch, dtype))


def parameters(shape):
    """Weights of a shape, tied ones once."""
    family, c = SHAPES[shape]
    hidden, heads = c["hidden_size"], c["num_attention_heads"]
    size = 64 if shape != "tiny" else 32
    queries, keys = heads * size, c["num_key_value_heads"] * size
    layer = hidden * (queries + 2 * keys) + queries * hidden + 3 * hidden * c["intermediate_size"] + 2 * hidden
    layer += queries + 2 * keys if family == "Qwen2" else 0
    return c["vocab_size"] * hidden + c["num_hidden_layers"] * layer + hidden


def median(values):
    return statistics.median(values)


def available_mib():
    for line in open("/proc/meminfo"):
        if line.startswith("MemAvailable"):
            return int(line.split()[1]) / 1024
    return 0


class Ended:
    """A child that ended well: what it printed, its seconds and its peak memory."""

    def __init__(self, out, seconds, peak_mib):
        self.out, self.seconds, self.peak_mib = out, seconds, peak_mib

    def json(self):
        return json.loads(self.out)


def run(command, text="", environment=None):
    """Runs a child. Ends the script with the child's own words when it fails."""
    with tempfile.TemporaryFile("w+") as given, tempfile.TemporaryFile("w+") as out, \
            tempfile.TemporaryFile("w+") as err:
        given.write(text)
        given.seek(0)
        start = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], stdin=given, stdout=out, stderr=err,
                                 env={**os.environ, **(environment or {})})
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}: status {child.returncode}\n{err.read()[-4000:]}")
        Others.own += usage.ru_utime + usage.ru_stime
        return Ended(out.read(), seconds, usage.ru_maxrss / 1024)


def bench(options, subject, *words):
    """A report of `nextquill bench`, its rows by name, with the process's peak in MiB."""
    if options.quick and subject not in ("import", "tokenize"):
        words += ("--threads", 1)
    ended = run([options.program, "bench", subject, *words, "--json"])
    report = ended.json()["benches"][0]
    report["rows"] = {row["name"]: row for row in report["rows"]}
    report["process_mib"] = ended.peak_mib
    return report


def peer(script, *words, environment=None):
    """This script again, as one of the peers; it prints a JSON object."""
    return run([sys.executable, script, "--peer", *words], environment=environment).json()


class Others:
    """The share of the processor that others took between begin and end."""

    own = 0.0  # seconds of children that ended

    def __init__(self):
        self.start, self.before = self.busy(), Others.own
        self.clock, self.self_before = time.monotonic(), sum(os.times()[:2])

    @staticmethod
    def busy():
        values = [int(v) for v in open("/proc/stat").readline().split()[1:9]]
        return (sum(values) - values[3] - values[4]) / os.sysconf("SC_CLK_TCK")

    def share(self):
        ours = Others.own - self.before + sum(os.times()[:2]) - self.self_before
        wall = max(time.monotonic() - self.clock, 1e-3) * os.cpu_count()
        return max(0.0, (self.busy() - self.start - ours) / wall)


class Goals:
    """Rows of the table: goal, what, theirs, ours, ratio, must, moonshot, reached."""

    def __init__(self):
        self.rows = []

    def add(self, goal, what, theirs, ours, ratio, must, moonshot=None, at_most=False, note=""):
        """`ratio` must be at least `must`, or at the most."""
        good = lambda limit: limit is not None and (ratio <= limit if at_most else ratio >= limit)
        reached = "moonshot" if good(moonshot) else "must" if good(must) else "no"
        self.rows.append({"goal": goal, "what": what, "theirs": theirs, "ours": ours,
                          "ratio": ratio, "must": must, "moonshot": moonshot, "at_most": at_most,
                          "reached": reached if must is not None else "-", "note": note})

    def skip(self, goal, what, why):
        self.rows.append({"goal": goal, "what": what, "theirs": None, "ours": None, "ratio": None,
                          "must": None, "moonshot": None, "at_most": False,
                          "reached": "not run", "note": why})


def table(rows):
    """All rows as one table."""
    limit = lambda row, key: "" if row[key] is None else ("≤ " if row["at_most"] else "≥ ") + f"{row[key]:g}"
    cells = [["", "what", "theirs", "ours", "ratio", "must", "moonshot", "reached", ""]]
    for row in rows:
        cells.append([row["goal"], row["what"], row["theirs"] or "-", row["ours"] or "-",
                      "-" if row["ratio"] is None else f"{row['ratio']:.2f}",
                      limit(row, "must"), limit(row, "moonshot"), row["reached"], row["note"]])
    widths = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                     for line in cells)


def machine():
    """What the figures were measured on."""
    names = [line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    return {"processor": names[0] if names else "not named", "cores": os.cpu_count(),
            "load": os.getloadavg()[0]}


def arguments(description):
    """The options that all scripts have."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/release/app/cli/nextquill"),
                        help="the program nextquill")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each way")
    parser.add_argument("--quick", action="store_true", help="little work, to see that all runs; no figures")
    parser.add_argument("--json", help="write the rows there, too")
    parser.add_argument("--peer", nargs="+", help=argparse.SUPPRESS)
    return parser


def take_options(parser):
    """With --quick on one thread: two wait for each other where others take a core."""
    options = parser.parse_args()
    if options.quick:
        options.rounds = 1
        os.environ["OMP_NUM_THREADS"] = "1"
    return options


def report(goals, others, options):
    """Prints what was measured and writes it where asked."""
    rows = goals.rows
    share = others.share()
    for row in rows:
        row["others"] = round(share, 3)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps({"machine": machine(), "rows": rows}, indent=1))
    print(table(rows))
    busy = " (too much: repeat)" if share > BUSY else ""
    print(f"others took {100 * share:.0f} % of the processor{busy}")


def shared(path):
    """A file of the fixtures beside the checkout, or none."""
    base = pathlib.Path(os.environ.get("NEXTQUILL_SHARED", ROOT.parent / "shared"))
    return base / path if (base / path).exists() else None


def sample_texts():
    """Texts of the sample that is built into the program."""
    lines = (ROOT / "resources/samples/reviews.jsonl").read_text().splitlines()
    return [json.loads(line)["text"] for line in lines]


def timed(work, repeats, warm_up=True):
    """Seconds of each run, behind one that does not count."""
    seconds = []
    for _ in range(repeats + warm_up):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds[warm_up:]


def peak_mib():
    import resource
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

