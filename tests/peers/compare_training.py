# SPDX-License-Identifier: GPL-3.0-or-later
"""Training of one record: `nextquill bench train` beside Transformers, in turns on one machine.

    python compare_training.py NEXTQUILL [--shape smollm2-135m] [--dtype bfloat16] [--rounds 3] [--padded]

Every way runs in a process of its own, so that its peak memory is its own; ways take turns, and the
medians of the rounds are compared. `--padded` adds the way of the method's authors: every sequence
padded to 4097 tokens and the vocabulary's head at every position (needs about 24 GB and minutes).
"""
import argparse
import json
import resource
import statistics
import subprocess
import sys
import time

PREFIX, HISTORY, NONE, SUFFIX, TARGET, PAD = 195, 675, 5, 30, 120, 4097

SHAPES = {
    "smollm2-135m": ("Llama", dict(
        vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=30,
        num_attention_heads=9, num_key_value_heads=3, max_position_embeddings=8192,
        rms_norm_eps=1e-5, rope_theta=100000.0, tie_word_embeddings=True)),
    "qwen2.5-0.5b": ("Qwen2", dict(
        vocab_size=151936, hidden_size=896, intermediate_size=4864, num_hidden_layers=24,
        num_attention_heads=14, num_key_value_heads=2, max_position_embeddings=32768,
        rms_norm_eps=1e-6, rope_theta=1000000.0, tie_word_embeddings=True)),
}
TARGETS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def peer(way, shape, dtype, repeats):
    """Runs one way of Transformers and prints its seconds and peak memory."""
    import torch
    import torch.nn.functional as F
    import transformers

    torch.manual_seed(0)
    family, fields = SHAPES[shape]
    config = getattr(transformers, family + "Config")(**fields)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="sdpa")
    model = model.to(getattr(torch, dtype))
    model.config.use_cache = False
    model.train()
    if way == "lora":
        import peft
        model = peft.get_peft_model(model, peft.LoraConfig(
            r=16, lora_alpha=32, target_modules=TARGETS, task_type="CAUSAL_LM"))
    draw = lambda n: torch.randint(3, config.vocab_size, (n,))
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

    seconds = []
    for i in range(repeats + 1):
        start = time.perf_counter()
        step()
        if i > 0 or repeats == 0:
            seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": statistics.median(seconds),
                      "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def run(command):
    out = subprocess.run(command, capture_output=True, text=True, check=False)
    if out.returncode != 0:
        sys.exit(out.stderr)
    return out.stdout, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def ours(program, shape, dtype, repeats):
    out, _ = run([program, "bench", "train", "--shape", shape, "--dtype", dtype, "--repeat",
                  str(repeats), "--no-reference", "--json"])
    rows = json.loads(out)["benches"][0]["rows"]
    return {row["name"]: row for row in rows}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", nargs="?")
    parser.add_argument("--shape", default="smollm2-135m", choices=SHAPES)
    parser.add_argument("--dtype", default="bfloat16", choices=["bfloat16", "float32"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--padded", action="store_true")
    parser.add_argument("--peer")
    arguments = parser.parse_args()
    if arguments.peer:
        peer(arguments.peer, arguments.shape, arguments.dtype, 0 if arguments.peer == "padded" else 2)
        return
    ways = ["full", "keep", "lora"] + (["padded"] if arguments.padded else [])
    peers = {way: [] for way in ways}
    own = []
    for _ in range(arguments.rounds):
        own.append(ours(arguments.program, arguments.shape, arguments.dtype, 2))
        for way in ways:
            if way == "padded" and peers[way]:
                continue
            out, _ = run([sys.executable, __file__, "--peer", way, "--shape", arguments.shape,
                          "--dtype", arguments.dtype])
            peers[way].append(json.loads(out))
    middle = lambda values: statistics.median(values)
    adapters = next(name for name in own[0] if name.startswith("adapters"))
    print(f"{arguments.shape}, {arguments.dtype}, {arguments.rounds} rounds; seconds are medians")
    titles = {"full": "Transformers", "keep": "with logits_to_keep", "lora": "PEFT, rank 16",
              "padded": "the authors' way"}
    for way in ways:
        name = adapters if way == "lora" else "all weights"
        theirs = middle([result["seconds"] for result in peers[way]])
        mine = middle([result[name]["seconds"] for result in own])
        print(f"{titles[way]:22} {theirs:8.2f} s  ours {mine:6.2f} s  ratio {theirs / mine:5.2f}  "
              f"their process at most {middle([r['peak'] for r in peers[way]]):.0f} MiB, "
              f"our tensors {own[0][name]['peak_bytes'] / 2**20:.0f} MiB")
    ratio = middle([r["all weights, recomputed"]["seconds"] / r["all weights"]["seconds"] for r in own])
    print(f"activation checkpointing: {ratio:.2f} times the time")
    share = middle([r["all weights"]["share_of_multiply_adds"] or 0 for r in own])
    print(f"share of the processor's multiply-adds: {100 * share:.0f} %")


if __name__ == "__main__":
    main()
