#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Effects of a history and of each review in it: `nextquill bench pce` beside Transformers.

    python compare_pce.py [NEXTQUILL] [--shape smollm2-135m] [--rounds 3] [--json FILE]

Goals I1 and I2. The peer does what one would write with Transformers: a pass for each prompt, each
alone and without padding; "kept" asks for the logits of the target alone (`logits_to_keep`).
"""
import json

import turns

PREFIX, HISTORY, NONE, SUFFIX, TARGET, REVIEWS = 195, 675, 5, 30, 120, 8
MUST = {"float32": (2.3, 2.5), "bfloat16": (2.6, 3.0)}


def peer(shape, dtype, which, keep, repeats):
    """Seconds for two prompts ("record") or for all ten ("reviews")."""
    import torch

    model = turns.transformers_model(shape, dtype).eval()
    model.config.use_cache = False
    draw = lambda n: torch.randint(3, model.config.vocab_size, (n,))
    prefix, history, none, suffix, target = map(draw, (PREFIX, HISTORY, NONE, SUFFIX, TARGET))
    prompts = [torch.cat([prefix, history, suffix]), torch.cat([prefix, none, suffix])]
    if which == "reviews":
        borders = [i * HISTORY // REVIEWS for i in range(REVIEWS + 1)]
        for begin, end in zip(borders, borders[1:]):
            prompts.append(torch.cat([prefix, history[:begin], history[end:], suffix]))
    places = torch.arange(TARGET)

    def effects():
        with torch.inference_mode():
            for prompt in prompts:
                ids = torch.cat([prompt, target])[None]
                z = model(input_ids=ids, logits_to_keep=TARGET + 1 if keep == "kept" else 0).logits
                z[0, -TARGET - 1:-1].float().softmax(-1)[places, target]

    seconds = turns.timed(effects, int(repeats))
    print(json.dumps({"seconds": turns.median(seconds), "peak": turns.peak_mib()}))


def compare(options, dtype, goals):
    ours, peers = [], {(w, k): [] for w in ("record", "reviews") for k in ("all", "kept")}
    for _ in range(options.rounds):
        ours.append(turns.bench(options, "pce", "--shape", options.shape, "--dtype", dtype,
                                "--repeat", 1 if options.quick else 3, "--no-reference"))
        for which, keep in peers:
            peers[which, keep].append(turns.peer(__file__, options.shape, dtype, which, keep,
                                                 1 if options.quick else 2))
    mine = {"record": "a record, one packed pass", "reviews": f"{REVIEWS} reviews, packed tree"}
    tree = ours[0]["facts"]
    for (which, keep), results in peers.items():
        theirs = turns.median([r["seconds"] for r in results])
        own = turns.median([r["rows"][mine[which]]["seconds"] for r in ours])
        must, moonshot = MUST[dtype] if which == "reviews" else (1.5, None)
        what = ("attribution to 8 reviews, 10 passes" if which == "reviews" else "a record, 2 passes")
        goals.add("I1" if which == "reviews" else "I2",
                  f"{what}{', logits kept' if keep == 'kept' else ''}, {dtype}",
                  f"{theirs:.2f} s", f"{own:.2f} s", theirs / own,
                  must if keep == "all" else None, moonshot if keep == "all" else None,
                  note=f"their process {turns.median([r['peak'] for r in results]):.0f} MiB, "
                       f"our tensors {ours[0]['rows'][mine[which]]['peak_bytes'] / 2**20:.0f} MiB")
    print(f"{dtype}: {tree['tokens']} tokens, {tree['tree_tokens']} as a tree")


def main():
    parser = turns.arguments(__doc__)
    parser.add_argument("--shape", default="smollm2-135m", choices=turns.SHAPES)
    parser.add_argument("--dtype", default="both", choices=["both", "bfloat16", "float32"])
    options = turns.take_options(parser)
    if options.peer:
        return peer(*options.peer)
    if options.quick:
        options.shape = "tiny"
    others, goals = turns.Others(), turns.Goals()
    for dtype in ("bfloat16", "float32"):
        if options.dtype in ("both", dtype):
            compare(options, dtype, goals)
    turns.report(goals, others, options)


if __name__ == "__main__":
    main()
