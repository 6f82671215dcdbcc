#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two processes that share the cores against one that has them all: goal T6.

    python compare_ranks.py [NEXTQUILL] [--model demo] [--dtype bfloat16] [--steps 6] [--json FILE]

Both train adapters on the same records with `nextquill train --records`, started by torchrun and by
itself, in turns. The rate is that of the run's own events, without the first two steps. The model's
weights do not matter, its shape does: `demo` is SmolLM2-135M.
"""
import json
import os
import pathlib
import random
import sys
import tempfile

import turns


def write_records(file, count, words):
    """Prompts of as many tokens as the other benches' records have, about."""
    draw, texts = random.Random(1), turns.sample_texts()
    with open(file, "w") as out:
        for i in range(count):
            history = " ".join(" ".join(draw.choices(texts, k=40)).split()[:words])
            item = " ".join(draw.choice(texts).split()[:words // 6])
            target = " ".join(" ".join(draw.choices(texts, k=3)).split()[:words // 6])
            out.write(json.dumps({"id": str(i), "with_history": f"Reviews: {history}\nItem: {item}\nReview:",
                                  "without_history": f"Reviews: none\nItem: {item}\nReview:",
                                  "target": " " + target}) + "\n")


def train(options, ranks, records, folder):
    """Tokens a second of all ranks together."""
    out = pathlib.Path(folder) / f"run-{ranks}"
    command = [options.program, "train", "--records", records, "--model", options.model, "--out", out,
               "--dtype", options.dtype, "--batch", 1, "--accumulation", 4, "--max-steps", options.steps,
               "--checkpoint-every", 1000, "--threads", 1 if options.quick else 0, "--quiet"]
    if ranks > 1:
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", ranks,
                   "--no-python", *command]
    turns.run(command, environment={"OMP_NUM_THREADS": str(max(1, os.cpu_count() // ranks))})
    events = [json.loads(line) for line in open(out / "events.jsonl")]
    steps = [event for event in events if event["event"] == "step"][2:]
    return turns.median([step["tokens_per_second"] for step in steps])


def main():
    parser = turns.arguments(__doc__)
    parser.add_argument("--model", default="demo", help="as `nextquill train` takes it")
    parser.add_argument("--dtype", default="bfloat16", choices=["bfloat16", "float32"])
    parser.add_argument("--steps", type=int, default=6)
    options = turns.take_options(parser)
    if options.quick:
        small = turns.shared("fixtures/models/tiny-qwen2")
        options.steps = 3
        options.model = str(small) if small else options.model
    others, goals, rates = turns.Others(), turns.Goals(), {1: [], 2: []}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as folder:
            records = pathlib.Path(folder) / "records.jsonl"
            write_records(records, 4 * options.steps, 60 if options.quick else 520)
            for ranks, values in rates.items():
                values.append(train(options, ranks, records, folder))
    one, two = turns.median(rates[1]), turns.median(rates[2])
    goals.add("T6", f"2 processes against 1, {pathlib.Path(options.model).name}, {options.dtype}",
              f"{one:.0f} tokens/s", f"{two:.0f} tokens/s", two / one, 0.90, 0.97, note="ours both")
    turns.report(goals, others, options)


if __name__ == "__main__":
    main()
