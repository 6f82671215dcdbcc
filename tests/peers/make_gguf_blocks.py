#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes tests/core/model/data/gguf_blocks.safetensors: random blocks of every GGUF type that we
read, with the values that the Python package `gguf` gives for them.

usage: make_gguf_blocks.py OUT

Made with gguf 0.19.0, numpy 2.4.6, safetensors 0.8.0. "<type>.bytes" are the blocks, "<type>.values" the float32
values. Bits are random, so that every nibble and high bit is used; scales are moderate float16
numbers of both signs, the last block's are subnormal. Q8_1 and Q8_K, which the package does not
dequantise, are computed here: scale times whole number, in float32 (of Q8_1 it even has an older size;
ggml's block has 36 bytes). "Q8_0.written" is what the
package makes of "Q8_0.source".
"""
import sys

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type
from gguf.quants import dequantize, quantize
from safetensors.numpy import save_file

# Where the float16 scales of a block stand.
SCALES = {
    Type.Q8_0: [0], Type.Q4_0: [0], Type.Q4_1: [0, 2], Type.Q5_0: [0], Type.Q5_1: [0, 2],
    Type.Q4_K: [0, 2], Type.Q5_K: [0, 2], Type.Q6_K: [208], Type.F16: [], Type.BF16: [],
    Type.Q2_K: [80, 82], Type.Q3_K: [108], Type.IQ4_NL: [0], Type.IQ4_XS: [0], Type.Q8_1: [0, 2], Type.Q8_K: [],
}


def sizes_of(kind):
    return (32, 36) if kind == Type.Q8_1 else GGML_QUANT_SIZES[kind]


def blocks_of(kind, random):
    elements, size = sizes_of(kind)
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
        if kind == Type.Q8_K:
            blocks[block, :4] = np.frombuffer(np.float32(random.normal(0, 0.05)).tobytes(), np.uint8)
    return blocks.reshape(-1)


def values_of(kind, data):
    if kind not in (Type.Q8_1, Type.Q8_K):
        return dequantize(data if kind != Type.F16 else data.view(np.float16), kind)
    blocks = data.reshape(-1, sizes_of(kind)[1])
    if kind == Type.Q8_1:
        return blocks[:, :2].copy().view(np.float16).astype(np.float32) * blocks[:, 4:].view(np.int8)
    return blocks[:, :4].copy().view(np.float32) * blocks[:, 4:260].view(np.int8)


def main():
    random = np.random.default_rng(20250607)
    tensors = {}
    for kind in SCALES:
        data = blocks_of(kind, random)
        tensors[kind.name + ".bytes"] = data
        tensors[kind.name + ".values"] = values_of(kind, data).astype(np.float32).reshape(-1)
    source = random.normal(0, 0.02, 512).astype(np.float32)
    source[32:64] = 0
    tensors["Q8_0.source"] = source
    tensors["Q8_0.written"] = quantize(source, Type.Q8_0)
    save_file(tensors, sys.argv[1], metadata={"made_by": "tests/peers/make_gguf_blocks.py"})


if __name__ == "__main__":
    main()
