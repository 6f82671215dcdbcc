# SPDX-License-Identifier: GPL-3.0-or-later
"""SentencePiece's precompiled tables of normalization: a trie in a double array, then the texts."""
import struct


def precompiled(rules):
    """The bytes of a table that replaces each key of `rules` by its value."""
    texts, places = b"", {}
    for value in sorted(set(rules.values())):
        places[value] = len(texts)
        texts += value.encode() + b"\0"
    root = {}
    for key, value in rules.items():
        node = root
        for byte in key.encode():
            node = node.setdefault(byte, {})
        node[0] = places[value]  # no key holds a zero byte
    units, used = {}, {0}

    def place(node, at):
        base = 1
        while any((base ^ label) in used for label in node):
            base += 1
        used.update(base ^ label for label in node)
        offset = at ^ base
        assert offset < 1 << 21
        units[at] = units.get(at, 0) | offset << 10 | (1 << 8 if 0 in node else 0)
        for label, child in node.items():
            if label == 0:
                units[base] = child | 1 << 31
            else:
                units[base ^ label] = label
        for label, child in node.items():
            if label != 0:
                place(child, base ^ label)

    place(root, 0)
    array = [units.get(i, 0) for i in range(max(units) + 257)]
    return struct.pack(f"<I{len(array)}I", 4 * len(array), *array) + texts
