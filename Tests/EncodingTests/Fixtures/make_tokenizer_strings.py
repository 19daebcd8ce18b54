#!/usr/bin/env python3
"""Writes tokenizer_strings.ids and tokenizer_marks.ids: the ids of random strings by the reference library.

Needs `pip install tokenizers==0.23.3` and the model (`make setup`). Run it from any folder:
make_tokenizer_strings.py [MODEL-FOLDER]

The strings themselves are not stored. They follow from the seed by the rules below, which TokenizerRandomStrings.swift
repeats: SplitMix64, and `pick(n)` is its next number modulo n. The file is, per string, the number of ids and the ids,
each a little-endian 16-bit number, without [CLS] and [SEP] and without truncation.

The second file shows what the first cannot, because the model's vocabulary turns most rare characters into [UNK]: its
vocabulary is every character, with the id of its code point at the beginning of a word and 0x200000 more inside one. So
the ids are the normalized text itself. String i is made with normalizer OPTIONS[i % 5]; numbers are 32-bit.
"""
import os
import struct
import sys

import tokenizers

assert tokenizers.__version__ == "0.23.3"
here = os.path.dirname(os.path.abspath(__file__))
model = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../../../.models/all-MiniLM-L6-v2")

SEED, COUNT, MASK = 20261123, 20_000, (1 << 64) - 1

RANGES = [
    (0x20, 0x7E), (0x20, 0x7E), (0x41, 0x5A), (0x61, 0x7A), (0x61, 0x7A),
    (0x00, 0x2F), (0x7F, 0xA0), (0xA1, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF),
    (0x400, 0x52F), (0x590, 0x5FF), (0x600, 0x6FF), (0x900, 0x97F), (0x980, 0xDFF), (0xE00, 0xFFF), (0x1000, 0x10FF),
    (0x1100, 0x11FF), (0x1AB0, 0x1ACE), (0x1DC0, 0x1DFF), (0x1E00, 0x1EFF), (0x1F00, 0x1FFF), (0x2000, 0x206F),
    (0x20D0, 0x20F0), (0x2100, 0x214F), (0x2190, 0x22FF), (0x2E00, 0x2E5D), (0x3000, 0x30FF), (0x3400, 0x3500),
    (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFB00, 0xFEFF), (0xFF00, 0xFFFF),
    (0x10A00, 0x10A50), (0x11100, 0x11150), (0x1D150, 0x1D1C0), (0x1D400, 0x1D7FF), (0x1E000, 0x1E02A), (0x1E130, 0x1E14F),
    (0x1F300, 0x1FAFF), (0x20000, 0x2FA20), (0xE0000, 0xE01EF), (0x0, 0x10FFFF),
]
STRINGS = [
    "[SEP]", "[CLS]", "[MASK]", "[PAD]", "[UNK]", "[sep]", "[ SEP ]", "[SEP", "SEP]", "[[SEP]]", "[unused1]", "##ing",
    " ", "\n", "\r\n", "\t", ".", "'", "-", "\u00e9", "e\u0301", "\u0130", "\u1e9e", "\ufb01", "\u2028", "\u200d", "\u00ad",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\u1dfa\u1abf", "\U0001e944\u0301\u1ac0", "\ufffd", "na\u00efve",
    "The", "quick", "INTERNATIONAL", "unbelievably", "42", "3.14", "http://x.org/?q=1",
]
# Marks that no category table of 2015 knows, so they stay: several in a row must be sorted.
KEPT_MARKS = [0x1ABF, 0x1AC0, 0x1AC1, 0x1AC3, 0x1DF6, 0x1DF7, 0x1DF8, 0x1DF9, 0x1DFA, 0x1DFB, 0x8D3, 0x8CF, 0x1E130, 0x1E2EC,
              0x10F46, 0x10F4D, 0x11F42, 0x1D165, 0x1D16D, 0x302E]


OPTIONS = [
    dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True),
    dict(clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=False),
    dict(clean_text=True, handle_chinese_chars=False, strip_accents=True, lowercase=False),
    dict(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=True),
    dict(clean_text=False, handle_chinese_chars=False, strip_accents=None, lowercase=True),
]
INSIDE = 0x200000


class Random:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def pick(self, n):
        return self.next() % n


def scalar(random, ranges):
    first, last = ranges[random.pick(len(ranges))]
    c = first + random.pick(last - first + 1)
    return "\ufffd" if 0xD800 <= c <= 0xDFFF else chr(c)


def text(random):
    pieces = []
    for _ in range(1 + random.pick(10)):
        kind = random.pick(16)
        if kind < 7:
            first, last = RANGES[random.pick(len(RANGES))]
            for _ in range(1 + random.pick(5)):
                pieces.append(scalar(random, [(first, last)]))
        elif kind < 11:
            pieces.append(STRINGS[random.pick(len(STRINGS))])
        elif kind < 13:
            pieces.append(" ")
        elif kind == 13:
            pieces.append(chr(0x61 + random.pick(26)))
            for _ in range(1 + random.pick(5)):
                pieces.append(chr(KEPT_MARKS[random.pick(len(KEPT_MARKS))]))
        elif kind == 14:
            for _ in range(1 + random.pick(6)):
                pieces.append(scalar(random, RANGES))
        elif random.pick(8) == 0:
            unit = ["a", "\u00e9", "\ud55c", "\u0436", "\U0001d11e"][random.pick(5)]
            pieces.append(unit * ((97 if unit != "\ud55c" else 31) + random.pick(7)))
        else:
            pieces.append(scalar(random, [(0x300, 0x36F)]))
    return "".join(pieces)


def marks(random):
    """A string whose marks must be reordered, with everything that may prevent it."""
    pieces = []
    for _ in range(1 + random.pick(8)):
        kind = random.pick(8)
        if kind < 3:
            pieces.append(chr(KEPT_MARKS[random.pick(len(KEPT_MARKS))]))
        elif kind < 7:
            pieces.append(scalar(random, RANGES))
        else:
            pieces.append(STRINGS[random.pick(len(STRINGS))])
        if random.pick(2) == 0:
            for _ in range(random.pick(4)):
                pieces.append(chr(KEPT_MARKS[random.pick(len(KEPT_MARKS))]))
    return "".join(pieces)


def write_marks():
    random, total = Random(SEED), 0
    normalizers = [tokenizers.normalizers.BertNormalizer(**options) for options in OPTIONS]
    path = os.path.join(here, "tokenizer_marks.ids")
    with open(path, "wb") as file:
        for i in range(5_000):
            string, normalizer = marks(random), normalizers[i % len(OPTIONS)]
            vocabulary = {"[UNK]": 0x400000}
            for c in set(normalizer.normalize_str(string)):
                vocabulary[c] = ord(c)
                vocabulary["##" + c] = ord(c) + INSIDE
            tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
            tokenizer.normalizer = normalizer
            tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
            ids = tokenizer.encode(string, add_special_tokens=False).ids
            total += len(ids)
            file.write(struct.pack(f"<I{len(ids)}I", len(ids), *ids))
    print(f"5000 strings of marks, {total} ids, {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    tokenizer = tokenizers.Tokenizer.from_file(os.path.join(model, "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    random, total = Random(SEED), 0
    path = os.path.join(here, "tokenizer_strings.ids")
    with open(path, "wb") as file:
        for _ in range(COUNT):
            ids = tokenizer.encode(text(random), add_special_tokens=False).ids
            total += len(ids)
            file.write(struct.pack(f"<H{len(ids)}H", len(ids), *ids))
    print(f"{COUNT} strings, {total} ids, {os.path.getsize(path)} bytes")
    write_marks()
