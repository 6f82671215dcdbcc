#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tiny models of every family in Transformers and in our decoder: logits, cached reading, gradients of
the packed twin pass against autograd through two separate ones, exports and adapters.

usage: compare_families.py PROGRAM [NAME ...]

PROGRAM is family_peer. Prints a table, the largest difference of each kind (gradients: by the largest
gradient of their tensor). Ends with 77 where the packages are missing.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77
LENGTHS = [90, 40]  # beyond and within windows and original lengths
LOGITS, GRADIENTS = 1e-4, 1e-5

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
try:
    import peft
    import safetensors.torch
    import torch
    import transformers

    import family_models
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(SKIPPED)
transformers.utils.logging.disable_progress_bar()


def load(folder, dtype=torch.float32):
    pictures = "ForConditionalGeneration" in (folder / "config.json").read_text()
    kind = transformers.AutoModelForImageTextToText if pictures else transformers.AutoModelForCausalLM
    return kind.from_pretrained(folder, dtype=dtype, attn_implementation="eager").eval()


def ids(first, count):
    return [(37 * i + 11) % 256 for i in range(first, first + count)]


def logits(model, tokens):
    return model(torch.tensor([tokens])).logits[0]


class Float64Everywhere:
    """Transformers computes norms and angles in float32 whatever the model's type; not within this."""

    def __enter__(self):
        self.names = torch.float, torch.float32, torch.Tensor.float
        torch.float = torch.float32 = torch.float64
        torch.Tensor.float = lambda tensor: tensor.to(torch.float64)

    def __exit__(self, *_):
        torch.float, torch.float32, torch.Tensor.float = self.names


def twin_loss(model, length):
    """METHOD.md's main objective, written down once more."""
    prefix, target = ids(0, 12), ids(400, 9)

    def world(branch):
        all_logits = logits(model, prefix + branch + target[:-1])
        return all_logits[len(prefix) + len(branch) - 1:]

    z_h, z_0 = world(ids(100, length)), world(ids(300, 5))
    y = torch.tensor(target).unsqueeze(1)

    def log_p(z):
        return z.log_softmax(-1).gather(1, y).squeeze(1)

    effects = (log_p(z_h).exp() - log_p(z_0).exp()).detach()
    w = torch.where(effects > 0.05, 0.9, 0.1).to(z_h)
    return -(w * log_p(z_h)).sum() / w.sum() - 0.1 * log_p(z_h - z_0).mean(), effects


def own_name(name):
    return name.replace("model.language_model.", "model.")


def gradient_difference(folder, length, ours):
    model = load(folder, torch.float64)
    with Float64Everywhere():
        rotary_in_float64(model)
        loss, effects = twin_loss(model, length)
        loss.backward()
    worst = abs(float(loss.detach() - ours["loss"][0])), "loss"
    worst = max(worst, (float((effects - ours["effects"]).abs().max()), "effects"))
    count = 0
    for name, parameter in model.named_parameters():
        if parameter.grad is None:
            continue
        theirs, found = parameter.grad, ours["grad." + own_name(name)]
        count += 1
        worst = max(worst, (float((theirs - found).abs().max() / theirs.abs().max()), name))
    assert count == sum(key.startswith("grad.") for key in ours), "not all gradients were compared"
    return worst


def rotary_in_float64(model):
    """Makes each rotary embedding anew, under Float64Everywhere."""
    for module in model.modules():
        for name, child in list(module.named_children()):
            if type(child).__name__.endswith("RotaryEmbedding") and "Vision" not in type(child).__name__:
                setattr(module, name, type(child)(child.config))


def compare(program, name, length, folder, out):
    subprocess.run([program, folder, out, str(length)], check=True)
    ours = safetensors.torch.load_file(out / "ours.safetensors")
    with torch.no_grad():
        model = load(folder)
        theirs = logits(model, ids(0, length))
        away = float((theirs - ours["logits"]).abs().max())
        cached = float((theirs[-1] - ours["cached"][0]).abs().max())
        exported = float((logits(load(out / "full"), ids(0, length)) - ours["logits"]).abs().max())
        adapted = "-"
        if "pictures" not in name:
            with_adapter = peft.PeftModel.from_pretrained(load(folder), out / "adapter").eval()
            adapted = float((logits(with_adapter, ids(0, length)) - ours["adapter"]).abs().max())
            adapted_good = adapted <= LOGITS
            adapted = f"{adapted:.0e}" if adapted_good else f"{adapted:.0e}!"
    gradient, where = gradient_difference(folder, length, ours)
    good = (max(away, cached, exported) <= LOGITS and gradient <= GRADIENTS and "!" not in adapted
            and float(theirs.abs().max()) > 0.5 and float(theirs.std(0).mean()) > 0.05)
    print(f"| {name} | {length} | {away:.0e} | {cached:.0e} | {exported:.0e} | {adapted} | {gradient:.0e} |"
          + ("" if good else f" DIFFERENT (gradient of {where})"))
    return good


def main():
    program, names = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:] or list(family_models.CONFIGS)
    good = True
    print("| model | tokens | logits | cached | exported | adapters | gradients |\n|---|---|---|---|---|---|---|")
    for name in names:
        with tempfile.TemporaryDirectory() as place:
            folder = family_models.make(name, pathlib.Path(place) / "model")
            for length in LENGTHS:
                out = pathlib.Path(place) / str(length)
                out.mkdir()
                try:
                    good &= compare(program, name, length, folder, out)
                except subprocess.CalledProcessError as refused:
                    good = False
                    print(f"DIFFERENT: {name}: {refused}")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
