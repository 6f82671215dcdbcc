# SPDX-License-Identifier: GPL-3.0-or-later
"""What checkpoints cost a training run: `nextquill train` with and without them, in turns.

    python checkpoint_stall.py NEXTQUILL TOKENIZER_FOLDER [--full] [--steps 40] [--every 8] [--pairs 3]

The model has random weights and is large enough for its state to take a while to be written. The
time of a run is that between its first and its last step, so that loading and the last checkpoint,
which both runs write, do not count.
"""
import argparse
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import tempfile

WORDS = "the sound works fine great not very old music song again never".split()


def write_model(folder, tokenizer, args):
    import torch
    import transformers

    torch.manual_seed(0)
    folder.mkdir()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copy(tokenizer / name, folder / name)
    config = json.loads((tokenizer / "config.json").read_text())
    model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(
        vocab_size=config["vocab_size"], hidden_size=args.hidden, num_hidden_layers=args.layers,
        intermediate_size=3 * args.hidden, num_attention_heads=args.hidden // 64,
        num_key_value_heads=max(1, args.hidden // 128), tie_word_embeddings=True,
        bos_token_id=config["bos_token_id"], eos_token_id=config["eos_token_id"]))
    model.save_pretrained(folder)
    return sum(weight.numel() for weight in model.parameters())


def write_records(file, count, length):
    random.seed(1)
    words = lambda n: " ".join(random.choice(WORDS) for _ in range(n))
    with open(file, "w") as stream:
        for i in range(count):
            item = words(10)
            stream.write(json.dumps({
                "id": str(i), "with_history": f"{item} {words(length)}",
                "without_history": f"{item} {words(10)}", "target": words(40)}) + "\n")


def train(program, folder, run, args, every):
    """Seconds from the first step's end to the last one's, and of each step."""
    subprocess.run(
        [program, "train", "-q", "--records", "records.jsonl", "--model", "model", "--out", run,
         "--device", "cpu", "--dtype", args.dtype, "--batch", "1", "--accumulation", "1",
         "--epochs", "1000", "--max-steps", str(args.steps), "--checkpoint-every", str(every),
         "--keep-checkpoints", "2", *(["--full"] if args.full else [])],
        cwd=folder, check=True)
    seconds = [event["seconds"] for line in open(folder / run / "events.jsonl")
               if (event := json.loads(line))["event"] == "step"]
    state = sum(file.stat().st_size for file in (folder / run / "checkpoints").rglob("*.safetensors"))
    shutil.rmtree(folder / run)
    return seconds[-1] - seconds[0], state / 2**20


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("tokenizer", type=pathlib.Path)
    parser.add_argument("--full", action="store_true", help="all weights, not adapters")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--hidden", type=int, default=512)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--words", type=int, default=150, help="of the history")
    parser.add_argument("--steps", type=int, default=41)
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--pairs", type=int, default=3)
    args = parser.parse_args()
    program = pathlib.Path(args.program).resolve()

    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        weights = write_model(folder / "model", args.tokenizer, args)
        write_records(folder / "records.jsonl", 16, args.words)
        # Of those that fall between the first and the last step's end.
        checkpoints = (args.steps - 1) // args.every
        none, some = [], []
        for pair in range(args.pairs):
            order = [(none, 10**9), (some, args.every)]
            for times, every in order if pair % 2 == 0 else order[::-1]:
                seconds, megabytes = train(program, folder, "run", args, every)
                times.append(seconds)
                print(f"pair {pair + 1}: {'no checkpoint' if times is none else 'checkpoints  '} "
                      f"{seconds:.2f} s", flush=True)
        without, with_ = statistics.median(none), statistics.median(some)
        stall = (with_ - without) / checkpoints
        print(f"{weights / 1e6:.0f} M weights, {'all' if args.full else 'adapters'}, {args.dtype}; "
              f"{args.steps - 1} steps of {without / (args.steps - 1):.2f} s")
        print(f"without {without:.2f} s, with {checkpoints} checkpoints {with_:.2f} s: "
              f"{stall:.3f} s each, {100 * (with_ / without - 1):.1f} % of the run")
        print(f"one a minute: {100 * stall / 60:.2f} % of the time")


if __name__ == "__main__":
    main()
