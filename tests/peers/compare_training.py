#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of one record: `nextquill bench train` beside Transformers and PEFT, in turns.

    python compare_training.py [NEXTQUILL] [--shape smollm2-135m] [--dtype both] [--padded] [--lengths]

Goals T2, T3 and T5. Every way, ours and theirs, runs in a process of its own, so that its peak memory
is its own; the medians of the rounds are compared. `--padded` adds T1, the way of the method's
authors: every sequence padded to 4097 tokens and the vocabulary's head at every position; it takes
minutes, and is left out where its memory (12 GiB, 24 in float32) is not free. `--lengths` adds T4,
ours alone: a token's time in prompts of 500 to 8,000 tokens and in micro-batches of 1 to 8 records.
"""
import json

import turns

PREFIX, HISTORY, NONE, SUFFIX, TARGET, PAD = 195, 675, 5, 30, 120, 4097
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
TITLES = {"full": "Transformers", "keep": "with logits_to_keep", "lora": "PEFT rank 16, logits_to_keep"}
PADDED_MIB = {"bfloat16": 12_500, "float32": 24_500}

# must and moonshot, by shape, number format and way
LIMITS = {
    ("smollm2-135m", "bfloat16"): {"full": (1.9, 2.15), "keep": (1.7, 1.87), "lora": (1.8, 2.3)},
    ("smollm2-135m", "float32"): {"full": (1.6, 1.75), "keep": (1.4, 1.55), "lora": (1.4, 1.7)},
    ("qwen2.5-0.5b", "bfloat16"): {"full": (1.7, 1.8), "keep": (1.4, 1.45)},
}
PADDED_LIMITS = {"bfloat16": (28, 33), "float32": (20, 25)}


def peer(way, shape, dtype, repeats):
    """Runs one way of Transformers and prints its seconds and peak memory."""
    import torch
    import torch.nn.functional as F

    model = turns.transformers_model(shape, dtype)
    model.config.use_cache = False
    model.train()
    if way == "lora":
        import peft
        model = peft.get_peft_model(model, peft.LoraConfig(
            r=16, lora_alpha=32, target_modules=TARGETS, task_type="CAUSAL_LM"))
    draw = lambda n: torch.randint(3, model.config.vocab_size, (n,))
    prefix, suffix, target = draw(PREFIX), draw(SUFFIX), draw(TARGET)
    places = torch.arange(TARGET)

    def logits(branch):
        ids = torch.cat([prefix, branch, suffix, target])
        if way == "padded":
            fill = PAD - len(ids)
            mask = torch.cat([torch.zeros(fill), torch.ones(len(ids))]).long()[None]
            ids = torch.cat([torch.zeros(fill, dtype=torch.long), ids])
            return model(input_ids=ids[None], attention_mask=mask).logits[0, -TARGET - 1:-1]
        keep = 0 if way == "full" else TARGET + 1
        return model(input_ids=ids[None], logits_to_keep=keep).logits[0, -TARGET - 1:-1]

    history, none = draw(HISTORY), draw(NONE)

    def step():
        z_h, z_0 = logits(history).float(), logits(none).float()
        with torch.no_grad():
            gain = z_h.softmax(-1)[places, target] - z_0.softmax(-1)[places, target]
            w = torch.where(gain > 0.05, 0.9, 0.1)
        main = (w * F.cross_entropy(z_h, target, reduction="none")).sum() / w.sum()
        (main + 0.1 * F.cross_entropy(z_h - z_0, target)).backward()

    seconds = turns.timed(step, int(repeats), warm_up=way != "padded")  # which takes minutes
    print(json.dumps({"seconds": turns.median(seconds), "peak": turns.peak_mib()}))


def steps(options):
    """The first two or three of a process are slower, on either side: training has thousands."""
    return 1 if options.quick else 5


class Ours:
    """Our ways, each alone in its process."""

    def __init__(self, options):
        self.options = options

    def run(self, dtype, way, *words):
        """The row of a way and its process's peak."""
        report = self.report(dtype, "--only", way, *words)
        row = next(iter(report["rows"].values()))
        return {**row, "peak": report["process_mib"], "conditions": report["conditions"]}

    def kept_and_recomputed(self, dtype):
        """The rows of both, step by step in turns: two processes are not alike by a tenth."""
        return list(self.report(dtype, "--only", "full", "--only", "recomputed")["rows"].values())

    def report(self, dtype, *words):
        return turns.bench(self.options, "train", "--shape", self.options.shape, "--dtype", dtype,
                           "--repeat", steps(self.options), "--no-reference", *words)


def over(results, key):
    return turns.median([result[key] for result in results])


def mib(results):
    return f"{over(results, 'peak'):.0f} MiB"


def against_peers(options, dtype, goals):
    """T2, T3 and T5."""
    ours, peers = Ours(options), {way: [] for way in TITLES}
    own = {way: [] for way in ("full", "adapters")}
    kept, recomputed = [], []
    for _ in range(options.rounds):
        for way in own:
            own[way].append(ours.run(dtype, way))
        for rows, row in zip((kept, recomputed), ours.kept_and_recomputed(dtype)):
            rows.append(row)
        for way in peers:
            peers[way].append(turns.peer(__file__, way, options.shape, dtype, steps(options)))
    where = f"{options.shape}, {dtype}"
    for way, theirs in peers.items():
        mine = own["adapters" if way == "lora" else "full"]
        must, moonshot = LIMITS.get((options.shape, dtype), {}).get(way, (None, None))
        goals.add("T2", f"{TITLES[way]}, {where}", f"{over(theirs, 'seconds'):.2f} s",
                  f"{over(mine, 'seconds'):.2f} s", over(theirs, "seconds") / over(mine, "seconds"),
                  must, moonshot)
        goals.add("T2", f"{TITLES[way]}, process's peak, {where}", mib(theirs), mib(mine),
                  over(mine, "peak") / over(theirs, "peak"), 0.999, 0.75, at_most=True)
    shares = [row["share_of_multiply_adds"] for row in own["full"] if row["share_of_multiply_adds"]]
    if shares:
        goals.add("T3", f"share of the processor's multiply-adds, {where}", None,
                  f"{over(own['full'], 'gigaflops'):.0f} GFLOP/s", turns.median(shares), 0.70, 0.78,
                  note=f"{100 * over(own['full'], 'share_of_matmul'):.0f} % of LibTorch's matrix product")
    goals.add("T5", f"activations computed again, time, {where}", f"{over(kept, 'seconds'):.2f} s kept",
              f"{over(recomputed, 'seconds'):.2f} s", over(recomputed, "seconds") / over(kept, "seconds"),
              1.35, 1.3, at_most=True)
    fixed = turns.parameters(options.shape) * (6 if dtype == "bfloat16" else 8)  # weights, float32 gradients
    most, least = (over(rows, "peak_bytes") - fixed for rows in (kept, recomputed))
    goals.add("T5", f"the same, buffers, {where}", f"{most / 2**20:.0f} MiB kept",
              f"{least / 2**20:.0f} MiB", least / most, round(1 / 3, 3), 0.25, at_most=True,
              note="tensors that are neither weights nor gradients")


def against_padded(options, dtype, goals):
    """T1."""
    what = f"padded to {PAD}, head everywhere, {options.shape}, {dtype}"
    free = turns.available_mib()
    if not options.quick and free < PADDED_MIB[dtype]:
        goals.skip("T1", what, f"needs {PADDED_MIB[dtype] / 1024:.0f} GiB, {free / 1024:.0f} GiB are free")
        return
    own = [Ours(options).run(dtype, "full") for _ in range(2)]
    theirs = turns.peer(__file__, "padded", options.shape, dtype, 1)
    own.append(Ours(options).run(dtype, "full"))
    goals.add("T1", what, f"{theirs['seconds']:.1f} s", f"{over(own, 'seconds'):.2f} s",
              theirs["seconds"] / over(own, "seconds"), *PADDED_LIMITS[dtype])
    goals.add("T1", f"{what}, process's peak", f"{theirs['peak']:.0f} MiB", mib(own),
              over(own, "peak") / theirs["peak"], 0.2, 0.125, at_most=True)


def over_lengths(options, dtype, goals):
    """T4: the same operations a second whatever the prompt's length, and whatever the micro-batch."""
    ours, where = Ours(options), f"{options.shape}, {dtype}"
    per_token = lambda rows: 1e6 / over(rows, "per_second")
    prompts = {n: [] for n in ([500, 1000] if options.quick else [500, 1000, 2000, 4000, 8000])}
    batches = {n: [] for n in ([1, 2] if options.quick else [1, 2, 4, 8])}
    for _ in range(options.rounds):
        for length, rows in prompts.items():
            rows.append(ours.run(dtype, "full", "--history", length - PREFIX - SUFFIX))
        for count, rows in batches.items():
            rows.append(ours.run(dtype, "full", "--records", count))
    print(f"{where}\n{'':20}{'µs a token':>12}{'GFLOP/s':>10}{'MiB':>8}")
    for kind, table in (("prompt of", prompts), ("records at once", batches)):
        for size, rows in table.items():
            print(f"{kind + ' ' + str(size):20}{per_token(rows):12.0f}{over(rows, 'gigaflops'):10.0f}"
                  f"{over(rows, 'peak_bytes') / 2**20:8.0f}")
    longest = max(prompts)
    goals.add("T4", f"operations a second, prompt of {longest} against 1000, {where}",
              f"{over(prompts[1000], 'gigaflops'):.0f} GFLOP/s",
              f"{over(prompts[longest], 'gigaflops'):.0f} GFLOP/s",
              over(prompts[longest], "gigaflops") / over(prompts[1000], "gigaflops"), 0.95,
              note="linear but for attention's square: the same operations a second, within 5 %")
    slowest = max((size for size in batches if size > 1), key=lambda size: per_token(batches[size]))
    goals.add("T4", f"a token's time, {slowest} records against 1, {where}", f"{per_token(batches[1]):.0f} µs",
              f"{per_token(batches[slowest]):.0f} µs", per_token(batches[slowest]) / per_token(batches[1]),
              1.05, at_most=True, note="the slowest micro-batch; within 5 %")


def main():
    parser = turns.arguments(__doc__)
    parser.add_argument("--shape", default="smollm2-135m", choices=turns.SHAPES)
    parser.add_argument("--dtype", default="both", choices=["both", "bfloat16", "float32"])
    parser.add_argument("--padded", action="store_true", help="T1, too")
    parser.add_argument("--lengths", action="store_true", help="T4, too")
    options = turns.take_options(parser)
    if options.peer:
        return peer(*options.peer)
    if options.quick:
        options.shape = "tiny"
    others, goals = turns.Others(), turns.Goals()
    for dtype in ("bfloat16", "float32"):
        if options.dtype not in ("both", dtype):
            continue
        against_peers(options, dtype, goals)
        if options.padded:
            against_padded(options, dtype, goals)
        if options.lengths:
            over_lengths(options, dtype, goals)
    turns.report(goals, others, options)


if __name__ == "__main__":
    main()
