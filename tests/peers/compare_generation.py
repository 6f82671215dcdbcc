#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading a prompt and writing: `nextquill bench generate` beside Transformers and llama.cpp.

    python compare_generation.py [NEXTQUILL] [--shape smollm2-135m] [--gguf FILE] [--json FILE]

Goals G1 to G4. Transformers writes with its key-value cache, greedily, the same shape with random
weights. llama.cpp takes part where llama-cpp-python is installed and a GGUF file of that shape is
there (`--gguf`, else the demo model): its weights are written anew as BF16 for that. G2 and G4 are
ratios within our own run: no peer has both worlds, and ours must be faster than itself.
"""
import json
import os
import pathlib
import tempfile
import time

import turns

PROMPT, NEW, WITHOUT = 900, 128, 230


def transformers_peer(shape, dtype, repeats):
    import torch

    model = turns.transformers_model(shape, dtype).eval()
    ids = torch.randint(3, model.config.vocab_size, (1, PROMPT))
    mask = torch.ones_like(ids)

    def write(count):
        with torch.inference_mode():
            model.generate(input_ids=ids, attention_mask=mask, do_sample=False, max_new_tokens=count,
                           min_new_tokens=count, use_cache=True, pad_token_id=2)

    prompt = turns.median(turns.timed(lambda: write(1), int(repeats)))
    whole = turns.median(turns.timed(lambda: write(NEW + 1), int(repeats)))
    print(json.dumps({"prefill": PROMPT / prompt, "decode": NEW / (whole - prompt)}))


def llama_peer(file, repeats):
    import random

    import llama_cpp

    threads = os.cpu_count()
    model = llama_cpp.Llama(file, n_ctx=1100, n_threads=threads, n_threads_batch=threads, n_batch=1024,
                            n_ubatch=512, verbose=False, flash_attn=True, logits_all=False)
    draw = random.Random(0)
    ids = [draw.randint(3, model.n_vocab() - 1000) for _ in range(PROMPT)]

    def seconds_of(token_lists):
        start = time.perf_counter()
        for tokens in token_lists:
            model.eval(tokens)
        return time.perf_counter() - start

    prefill, decode = [], []
    for _ in range(int(repeats)):
        model.reset()
        prefill.append(seconds_of([ids]))
        decode.append(seconds_of([[1000 + token] for token in range(NEW)]))
    print(json.dumps({"prefill": PROMPT / turns.median(prefill), "decode": NEW / turns.median(decode)}))


def bf16_file(gguf, folder):
    """The same weights as BF16; llama.cpp's own tool does it."""
    import llama_cpp

    out = str(pathlib.Path(folder) / "bf16.gguf")
    settings = llama_cpp.llama_model_quantize_default_params()
    settings.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_BF16
    settings.allow_requantize = True
    if llama_cpp.llama_model_quantize(str(gguf).encode(), out.encode(), settings) != 0:
        raise RuntimeError("llama.cpp did not write the file anew")
    return out


def llama_file(options, folder):
    """What llama.cpp reads, or None and why not."""
    try:
        import llama_cpp  # noqa: F401
    except ImportError:
        return None, "llama-cpp-python is not installed"
    data = pathlib.Path(os.environ.get("XDG_DATA_HOME", pathlib.Path.home() / ".local/share"))
    demo = data / "nextquill/models/SmolLM2-135M-Instruct.Q4_1.gguf"
    gguf = pathlib.Path(options.gguf) if options.gguf else demo
    if not gguf.exists():
        return None, f"there is no {gguf.name}"
    if options.shape != "smollm2-135m" and not options.gguf:
        return None, "no GGUF file of that shape"
    return bf16_file(gguf, folder), ""


def compare(options, dtype, llama, goals):
    ours, theirs, cpp = [], [], []
    for _ in range(options.rounds):
        ours.append(turns.bench(options, "generate", "--shape", options.shape, "--dtype", dtype,
                                "--prompt", PROMPT, "--new", NEW, "--without", WITHOUT, "--repeat",
                                1 if options.quick else 2))
        theirs.append(turns.peer(__file__, "transformers", options.shape, dtype, 1 if options.quick else 2))
        if llama and dtype == "bfloat16":
            cpp.append(turns.peer(__file__, "llama", llama, 1 if options.quick else 3))
    rate = lambda name: turns.median([r["rows"][name]["per_second"] for r in ours])
    ratio = lambda name: turns.median([r["rows"][name]["ratio"] for r in ours])
    goal = dtype == "bfloat16"
    limits = {("decode", "t"): (4, 9), ("prefill", "t"): (1.2, 1.45),
              ("decode", "c"): (1.0, 2.0), ("prefill", "c"): (1.4, 1.9)}
    for kind, who, results in (("t", "Transformers", theirs), ("c", "llama.cpp BF16", cpp)):
        for what, own in (("decode", "one stream"), ("prefill", "prompt")):
            if not results:
                continue
            other = turns.median([r[what] for r in results])
            must, moonshot = limits[what, kind] if goal else (None, None)
            share = turns.median([r["rows"]["one stream"]["share_of_bandwidth"] for r in ours])
            goals.add("G1" if what == "decode" else "G3", f"{what}, {who}, {dtype}",
                      f"{other:.1f} tokens/s", f"{rate(own):.1f} tokens/s", rate(own) / other, must, moonshot,
                      note=f"{100 * share:.0f} % of read bandwidth" if what == "decode" else "")
    if goal and not cpp:
        for number, what in (("G1", "decode"), ("G3", "prefill")):
            goals.skip(number, f"{what}, llama.cpp BF16", options.no_llama)
    goals.add("G2", f"both worlds against one stream, {dtype}", f"{rate('one stream'):.1f} steps/s",
              f"{rate('both worlds'):.1f} steps/s", ratio("both worlds"), 0.85, 0.95, note="within our run")
    goals.add("G4", f"8 samples together against in turn, {dtype}",
              f"{rate('8 samples, in turn'):.1f} tokens/s", f"{rate('8 samples, together'):.1f} tokens/s",
              ratio("8 samples, together"), 4, 6, note="within our run")


def main():
    parser = turns.arguments(__doc__)
    parser.add_argument("--shape", default="smollm2-135m", choices=turns.SHAPES)
    parser.add_argument("--dtype", default="both", choices=["both", "bfloat16", "float32"])
    parser.add_argument("--gguf", help="of that shape, for llama.cpp")
    options = turns.take_options(parser)
    if options.peer:
        return {"transformers": transformers_peer, "llama": llama_peer}[options.peer[0]](*options.peer[1:])
    if options.quick:
        options.shape = "tiny"
    others, goals = turns.Others(), turns.Goals()
    with tempfile.TemporaryDirectory() as folder:
        llama, options.no_llama = llama_file(options, folder)
        for dtype in ("bfloat16", "float32"):
            if options.dtype in ("both", dtype):
                compare(options, dtype, llama, goals)
    turns.report(goals, others, options)


if __name__ == "__main__":
    main()
