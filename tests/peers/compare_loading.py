#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loading a GGUF file: time and memory, ours and Transformers'.

usage: compare_loading.py PROGRAM FILE.gguf [--rounds N] [--dtype bfloat16|float32 ...] [--python PYTHON]
           [--json FILE]

PROGRAM is model_peer. Both load the same file into weights of the same type, in turns, each in a
process of its own with its libraries loaded; the file was read once before. Ours opens the tokenizer,
too, Transformers the model alone. Memory is the process's peak (VmHWM) above what it had before, in
bytes and by the bytes of the weights. Nothing else should run meanwhile.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys

THEIRS = """
import json, sys, time, torch, transformers
transformers.logging.set_verbosity_error()
def memory(key):
    return next(int(l.split()[1]) * 1024 for l in open("/proc/self/status") if l.startswith(key))
from transformers import AutoModelForCausalLM, Qwen2ForCausalLM
import gguf, transformers.modeling_gguf_pytorch_utils
torch.randn(512, 512) @ torch.randn(512, 512)
before, begin = memory("VmRSS"), time.perf_counter()
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], gguf_file=sys.argv[2], dtype=getattr(torch, sys.argv[3]))
seconds = time.perf_counter() - begin
weights = sum(p.numel() * p.element_size() for p in model.parameters())
print(json.dumps({"weights": weights, "before": before, "peak": memory("VmHWM"), "seconds": seconds}))
"""


def run(command):
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(ended.stdout.strip().splitlines()[-1])


def summary(results):
    best = statistics.median(r["seconds"] for r in results)
    above = max(r["peak"] - r["before"] - r["weights"] for r in results)
    weights = results[0]["weights"]
    return {"seconds": best, "all": [round(r["seconds"], 2) for r in results], "weights": weights,
            "above": above, "share": above / weights}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--dtype", nargs="+", default=["bfloat16", "float32"])
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--json", type=pathlib.Path, help="write the figures there, too")
    options = parser.parse_args()
    options.file.read_bytes()  # into the cache of the system
    figures = {}
    for dtype in options.dtype:
        ours, theirs = [], []
        for _ in range(options.rounds):
            ours.append(run([options.program, "load", str(options.file), dtype]))
            theirs.append(run([options.python, "-c", THEIRS, str(options.file.parent), options.file.name, dtype]))
        for who, results in (("ours", ours), ("transformers", theirs)):
            s = figures[f"{who}, {dtype}"] = summary(results)
            print(f"{dtype:9} {who:13} {s['seconds']:7.2f} s {s['all']}, weights {s['weights'] / 1e6:.0f} MB, "
                  f"peak {s['above'] / 1e6:.0f} MB above them ({100 * s['share']:.1f} %)")
        print(f"{dtype:9} time, transformers / ours: {summary(theirs)['seconds'] / summary(ours)['seconds']:.1f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
