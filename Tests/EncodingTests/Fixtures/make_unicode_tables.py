#!/usr/bin/env python3
"""Writes Sources/Text/Unicode/Generated/UnicodeTables.swift.

Needs `pip install tokenizers==0.23.3`. Run it from any folder: make_unicode_tables.py

Every fact is asked of the library itself, one code point at a time, because its Unicode tables belong to no single
Unicode version (categories about 8, case pairs about 17). The result is checked against codepoints.json, which was made
independently, before anything is written.

The tables, as text that Swift expands at the first use:
  pages    for each 128 code points the number of its block
  blocks   128 numbers each: what the code point is, in bits
             1 removed by clean_text      2 made a space by clean_text   4 a CJK ideograph, set between spaces
             8 nonspacing mark: dropped with the accents
             16 punctuation               32 white space                 (neither: part of a word)
             bits 8 to 15: canonical combining class
  folds    code point ":" decomposition without nonspacing marks ":" lower case; an empty field means unchanged.
           Hangul syllables are not listed: they decompose by arithmetic.
Numbers are hexadecimal; "v*n" repeats v n times; "+d" in `folds` is the distance from the code point before.
"""
import json
import os
import sys
import unicodedata

import tokenizers
from tokenizers import normalizers, pre_tokenizers

assert tokenizers.__version__ == "0.23.3", "the tables belong to tokenizers 0.23.3"
here = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(here, "../../TextTests/Fixtures"))
from table_text import fold_words, literal, runs  # noqa: E402

target = os.path.join(here, "../../../Sources/Text/Unicode/Generated/UnicodeTables.swift")

REMOVED, SPACE, CJK, MARK, PUNCTUATION, WHITESPACE = 1, 2, 4, 8, 16, 32
BLOCK = 128


def bert(**options):
    settings = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**settings, **options}).normalize_str


clean = bert(clean_text=True)
spaced = bert(handle_chinese_chars=True)
strip = bert(strip_accents=True)
lower = bert(lowercase=True)
both = bert(strip_accents=True, lowercase=True)
everything = bert(clean_text=True, handle_chinese_chars=True, strip_accents=True, lowercase=True)
decompose = normalizers.NFD().normalize_str
split = pre_tokenizers.BertPreTokenizer().pre_tokenize_str

points = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]


def is_hangul(c):
    return 0xAC00 <= c <= 0xD7A3


# The combining class as the library's decomposition sees it. A mark moves before another one exactly when its class is
# lower, so one old, undisputed mark per class measures all the others.
low, high = "\u0334", "\u0345"  # classes 1 and 240
combining = {c for c in points
             if not is_hangul(c) and len(decompose(chr(c))) == 1
             and (decompose("a" + chr(c) + low) == "a" + low + decompose(chr(c))
                  or decompose("a" + high + chr(c)) == "a" + decompose(chr(c)) + high)}
rulers = {}
for c in sorted(combining):
    rulers.setdefault(unicodedata.combining(chr(c)), chr(c))
rulers.pop(0, None)


def moves_before(a, b):
    return a != b and decompose("a" + b + a) == "a" + a + b


combining_class = {}
for c in combining:
    mark = decompose(chr(c))
    equals = [k for k, ruler in rulers.items() if not moves_before(mark, ruler) and not moves_before(ruler, mark)]
    assert len(equals) == 1, (hex(c), equals)
    combining_class[c] = equals[0]

values, folds = {}, {}
for c in points:
    character = chr(c)
    value = 0
    cleaned = clean(character)
    if cleaned == "":
        value |= REMOVED
    elif cleaned != character or character == " ":
        assert cleaned == " "
        value |= SPACE
    if spaced(character) != character:
        value |= CJK
    stripped = strip(character)
    whole = decompose(character)
    if stripped == "":
        value |= MARK
    words = split(character)
    if not words:
        value |= WHITESPACE
    elif len(split("a" + character + "b")) == 3:
        value |= PUNCTUATION
    # A dropped mark of class 0 still keeps the marks around it from changing places.
    value |= min(combining_class.get(ord(d), 0) for d in (whole if stripped == "" else character)) << 8
    values[c] = value
    lowered = lower(character)
    if is_hangul(c):
        assert stripped == whole and lowered == character
        s = c - 0xAC00
        jamo = chr(0x1100 + s // 588) + chr(0x1161 + s % 588 // 28) + (chr(0x11A7 + s % 28) if s % 28 else "")
        assert stripped == jamo
    elif stripped != "" and (stripped != character or lowered != character):
        # The remaining part begins with a starter, so a decomposition never has to be sorted into the text before it.
        assert ord(stripped[0]) not in combining_class or stripped == character, hex(c)
        folds[c] = ("" if stripped == character else stripped, "" if lowered == character else lowered)

# The stages in sequence equal the whole.
for c in points:
    character = chr(c)
    stripped = strip(character)
    assert both(character) == "".join(lower(d) for d in stripped), hex(c)

# An independent check.
with open(os.path.join(here, "codepoints.json")) as file:
    witness = json.load(file)
for first, last, name in witness["normalizer_class_runs"]:
    for c in range(first, last + 1):
        if c in values:
            value = values[c]
            ours = ("removed" if value & REMOVED else "space" if value & SPACE else "cjk" if value & CJK
                    else "removed" if value & MARK else "keep")
            assert ours == name, (hex(c), ours, name)
for first, last, name in witness["pretok_class_runs"]:
    for c in range(first, last + 1):
        if c in values:
            value = values[c]
            assert ("ws" if value & WHITESPACE else "punct" if value & PUNCTUATION else "word") == name, hex(c)
known = {int(c, 16): mapped for table in ("mapping", "cjk_mapping") for c, mapped in witness[table].items()}
for c, value in values.items():
    if not value & (REMOVED | SPACE | MARK):
        assert both(chr(c)) == known.get(c, chr(c)), hex(c)


blocks, pages, seen = [], [], {}
for first in range(0, 0x110000, BLOCK):
    block = tuple(values.get(c, 0) for c in range(first, first + BLOCK))
    # A block with folds belongs to one page only: their numbers are filled in when the text is expanded.
    key = (block, first if any(c in folds for c in range(first, first + BLOCK)) else None)
    if key not in seen:
        seen[key] = len(blocks)
        blocks.append(block)
    pages.append(seen[key])

with open(target, "w") as file:
    file.write("// Generated by Tests/EncodingTests/Fixtures/make_unicode_tables.py from tokenizers 0.23.3. Do not edit.\n\n")
    file.write("/// What the reference library's BERT normalizer and pre-tokenizer know of every code point, as text.\n///\n")
    file.write("/// The notation is described in the script that writes this file.\n")
    file.write("enum UnicodeTables {\n")
    file.write(f"    /// Code points in one block.\n    static let blockSize = {BLOCK}\n")
    file.write(f"    /// Blocks in `blocks`.\n    static let blockCount = {len(blocks)}\n")
    file.write(f"    /// Entries in `folds`.\n    static let foldCount = {len(folds)}\n\n")
    file.write(literal("pages", "The block of each page of code points.", runs(pages)) + "\n")
    file.write(literal("blocks", "The properties of the code points of each block.",
                       runs([v for block in blocks for v in block])) + "\n")
    file.write(literal("folds", "Decompositions and lower-case forms.",
                       fold_words({c: [map(ord, part) for part in folds[c]] for c in folds})))
    file.write("}\n")
print(f"{len(blocks)} blocks, {len(folds)} folds, {len(combining)} combining marks,"
      f" {os.path.getsize(target)} bytes")
