#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What we write, read by Transformers and PEFT, and what PEFT writes, read by us: same logits.

usage: compare_peft.py PROGRAM MODELS

PROGRAM is model_peer, MODELS a folder of model folders (tiny-*). $NEXTQUILL_SHARED names another
place of the models. Ends with 77 where the packages or the models are missing.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77
TOLERANCE = 1e-4
FAMILIES = ["tiny-qwen2", "tiny-llama", "tiny-qwen3"]

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
try:
    import peft
    import safetensors.torch
    import torch
    import transformers
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(SKIPPED)

failures = 0


def check(what, theirs, ours):
    global failures
    away = float((theirs - ours).abs().max())
    good = away <= TOLERANCE and theirs.abs().max() > 0.1
    failures += not good
    print(f"{'same' if good else 'DIFFERENT'}: {what}: {away:.1e}")


def load(folder):
    return transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager").eval()


def logits(model):
    size = model.config.vocab_size
    ids = torch.tensor([[(37 * i + 11) % size for i in range(40)]])
    with torch.no_grad():
        return model(ids).logits[0]


def ours(out, name):
    return safetensors.torch.load_file(out / "logits.safetensors")[name]


def compare_written(program, base, out):
    subprocess.run([program, "write", base, out], check=True)
    check(f"{base.name}, our whole model in Transformers", logits(load(out / "full")), ours(out, "full"))
    adapted = peft.PeftModel.from_pretrained(load(base), out / "adapter").eval()
    check(f"{base.name}, our adapter in PEFT", logits(adapted), ours(out, "adapter"))
    before = transformers.AutoTokenizer.from_pretrained(base)
    after = transformers.AutoTokenizer.from_pretrained(out / "full")
    text = "It's lovely, 12 of 10.\n"
    if before(text)["input_ids"] != after(text)["input_ids"]:
        global failures
        failures += 1
        print(f"DIFFERENT: {base.name}, tokens of our whole model")


def compare_read(program, base, out, **options):
    torch.manual_seed(1)
    config = peft.LoraConfig(r=4, lora_alpha=6, task_type="CAUSAL_LM", init_lora_weights=False, **options)
    model = peft.get_peft_model(load(base), config).eval()
    model.save_pretrained(out / "peft")
    subprocess.run([program, "read", base, out / "peft", out], check=True)
    theirs = logits(model)
    check(f"{base.name}, PEFT's adapter {options} in ours", theirs, ours(out, "adapter"))
    subprocess.run([program, "export", base, "hf", "F32", out / "merged", out / "peft"], check=True)
    check(f"{base.name}, PEFT's adapter merged by us, in Transformers", theirs, logits(load(out / "merged")))
    subprocess.run([program, "rewrite", base, out / "peft", out / "again"], check=True)
    again = peft.PeftModel.from_pretrained(load(base), out / "again").eval()
    check(f"{base.name}, PEFT's adapter read and written by us, in PEFT", theirs, logits(again))


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    shared = os.environ.get("NEXTQUILL_SHARED")
    models = pathlib.Path(shared) / "fixtures/models" if shared else folder
    found = [models / name for name in FAMILIES if (models / name).is_dir()]
    if not found:
        print(f"skipped: no models in {models}")
        sys.exit(SKIPPED)
    for base in found:
        with tempfile.TemporaryDirectory() as out:
            compare_written(program, base, pathlib.Path(out))
        for options in [{"target_modules": ["q_proj", "down_proj"]},
                        {"target_modules": "all-linear", "use_rslora": True},
                        {"target_modules": ["q_proj", "up_proj"], "rank_pattern": {"layers.0.self_attn.q_proj": 2},
                         "alpha_pattern": {"up_proj": 9, "^model.layers.1.self_attn.q_proj": 1}},
                        {"target_modules": ["v_proj", "o_proj"], "layers_to_transform": [1]}]:
            with tempfile.TemporaryDirectory() as out:
                compare_read(program, base, pathlib.Path(out), **options)
    sys.exit(1 if failures else 0)


main()
