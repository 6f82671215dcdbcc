#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/core/model/data/gguf_blocks.safetensors: random blocks of every GGUF type that we
read, with the values that the Python package `gguf` gives for them.

usage: make_gguf_blocks.py OUT

Made with gguf 0.19.0, numpy 2.4.6, safetensors 0.8.0. "<type>.bytes" are the blocks, "<type>.values" the float32
values. Bits are random, so that every nibble and high bit is used; scales are moderate float16
numbers of both signs, the last block's are subnormal.
"""
import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type
from gguf.quants import dequantize
from safetensors.numpy import save_file

# Where the float16 scales of a block stand.
SCALES = {
    Type.Q8_0: [0], Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2],
    Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208], Type.F16: [], Type.BF16: [],
}


def blocks_of(kind, random):
    elements, size = GGML_QUANT_SIZES[kind]
    if kind == Type.F16:
        values = random.normal(0, 1, 29).astype(np.float16)
        edges = np.array([0x0000, 0x8000, 0x0001, 0x03FF], np.uint16).view(np.float16)
        return np.concatenate([values, edges]).view(np.uint8)
    if kind == Type.BF16:
        bits = random.normal(0, 1, 32).astype(np.float32).view(np.uint32) >> 16
        return bits.astype(np.uint16).view(np.uint8)
    count = 4 if elements == 32 else 2
    blocks = random.integers(0, 256, (count, size), dtype=np.uint8)
    for block in range(count):
        for position in SCALES[kind]:
            scale = np.float16(random.normal(0, 0.05) if block < count - 1 else 3e-6)
            blocks[block, position:position + 2] = np.frombuffer(scale.tobytes(), np.uint8)
    return blocks.reshape(-1)


def main():
    random = np.random.default_rng(20250607)
    tensors = {}
    for kind in SCALES:
        data = blocks_of(kind, random)
        shape = data if kind != Type.F16 else data.view(np.float16)
        values = dequantize(shape, kind).astype(np.float32).reshape(-1)
        tensors[kind.name + ".bytes"] = data
        tensors[kind.name + ".values"] = values
    save_file(tensors, sys.argv[1], metadata={"made_by": "tests/peers/make_gguf_blocks.py"})


if __name__ == "__main__":
    main()
