#!/usr/bin/env python3
"""Writes Sources/Text/Unicode/Generated/WordTables.swift and the test cases in Tests/LexiconTests/Fixtures/.

Needs Debian's package unicode-data 15.0.0, which is Unicode's own data. Run it from any folder:

    make_word_tables.py [FOLDER]        FOLDER is /usr/share/unicode unless given

The tables, as text that Swift expands at the first use:
  pages    for each 128 code points the number of its block
  blocks   128 numbers each: what the code point is, in bits
             0 to 4    Word_Break, numbered as in WORD_BREAKS
             5         Extended_Pictographic
             6 to 8    kind, numbered as in KINDS
             9 to 12   a script that is written without spaces, numbered as in SCRIPTS; 0 for any other
             13 to 20  canonical combining class
             21        it has an entry in `folds`
  folds    code point ":" its full canonical decomposition, after full-width and half-width forms became plain ones ":" its
           full case folding; an empty field means unchanged. Hangul syllables are not listed: they decompose by arithmetic.
  pairs    first "." second "." what the two compose to
Numbers are hexadecimal; "v*n" repeats v n times; "+d" in `folds` is the distance from the code point before.
"""
import os
import sys
import unicodedata

from table_text import fold_words, literal, number, runs

here = os.path.dirname(os.path.abspath(__file__))
source = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
target = os.path.join(here, "../../../Sources/Text/Unicode/Generated/WordTables.swift")
cases = os.path.join(here, "../../LexiconTests/Fixtures/WordBreakTest.txt")
VERSION = "15.0.0"
BLOCK = 128
LIMIT = 0x110000

WORD_BREAKS = [
    "Other", "CR", "LF", "Newline", "Extend", "ZWJ", "Format", "Katakana", "Hebrew_Letter", "ALetter", "Single_Quote",
    "Double_Quote", "MidNumLet", "MidLetter", "MidNum", "Numeric", "ExtendNumLet", "Regional_Indicator", "WSegSpace"]
KINDS = ["other", "letter", "lower", "upper", "number", "mark", "accent", "ignorable"]
SCRIPTS = [
    "", "Han", "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Khmer", "Myanmar", "Tai_Le", "New_Tai_Lue", "Tai_Tham",
    "Tai_Viet", "Ahom", "kana mark", "Hangul trail"]
# Common characters that continue a run of kana (lengthening and repetition), and common ones used as ideographs.
KANA_MARKS = [0x30FC, 0xFF70, *range(0x3031, 0x3036)]
IDEOGRAPHIC_MARKS = [0x3006, 0x303C]


def lines(name):
    with open(os.path.join(source, name), encoding="utf-8") as file:
        for line in file:
            line = line.split("#")[0].strip()
            if line:
                yield [field.strip() for field in line.split(";")]


def span(field):
    first, _, last = field.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def by_code_point(name, wanted=None):
    found = {}
    for fields in lines(name):
        if wanted is None or fields[1] in wanted:
            for c in span(fields[0]):
                found[c] = fields[1]
    return found


def numbers(field):
    return tuple(int(word, 16) for word in field.split())


with open(os.path.join(source, "auxiliary/WordBreakTest.txt"), encoding="utf-8") as file:
    assert file.readline().strip() == f"# WordBreakTest-{VERSION}.txt", f"the tables belong to Unicode {VERSION}"

category, combining, canonical, width = {}, {}, {}, {}
first_of_range = 0
for fields in lines("UnicodeData.txt"):
    c = int(fields[0], 16)
    if fields[1].endswith("First>"):
        first_of_range = c
    for each in range(first_of_range, c + 1) if fields[1].endswith("Last>") else [c]:
        category[each] = fields[2]
        if int(fields[3]):
            combining[each] = int(fields[3])
    tag, _, rest = fields[5].partition("> ")
    if tag in ("<wide", "<narrow"):
        width[c] = numbers(rest)
    elif fields[5] and not fields[5].startswith("<"):
        canonical[c] = numbers(fields[5])

word_break = by_code_point("auxiliary/WordBreakProperty.txt")
pictographic = by_code_point("emoji/emoji-data.txt", {"Extended_Pictographic"})
ignorable = by_code_point("DerivedCoreProperties.txt", {"Default_Ignorable_Code_Point"})
script = by_code_point("Scripts.txt", set(SCRIPTS[1:14]))
excluded = by_code_point("DerivedNormalizationProps.txt", {"Full_Composition_Exclusion"})
case_fold = {int(fields[0], 16): numbers(fields[2]) for fields in lines("CaseFolding.txt") if fields[1] in "CF"}


def decompose(c):
    """The full canonical decomposition, after the change of width."""
    if c in width:
        return tuple(d for w in width[c] for d in decompose(w))
    return tuple(d for part in canonical[c] for d in decompose(part)) if c in canonical else (c,)


def kind(c):
    name = category.get(c, "Cn")
    if c in ignorable:
        return "ignorable"
    if name[0] == "M":
        # Marks of class 0 and of the classes for nukta, kana voicing and virama are part of the spelling.
        return "accent" if name == "Mn" and combining.get(c, 0) >= 10 else "mark"
    if name[0] == "N":
        return "number"
    if name[0] == "L":
        return {"Ll": "lower", "Lu": "upper", "Lt": "upper"}.get(name, "letter")
    return "other"


def unspaced(c):
    if c in ignorable:
        return ""
    if c in KANA_MARKS:
        return "kana mark"
    if c in IDEOGRAPHIC_MARKS:
        return "Han"
    if 0x1160 <= c <= 0x11FF or 0xD7B0 <= c <= 0xD7FF:
        return "Hangul trail" if c in script else ""
    # Digits of these scripts are numbers, punctuation is neither, and marks belong to the character before them.
    is_letter = category.get(c, "Cn")[0] == "L" or category.get(c) == "Nl"
    return script[c] if c in script and is_letter and word_break.get(c) != "Extend" else ""


values, folds = {}, {}
for c in range(LIMIT):
    values[c] = (WORD_BREAKS.index(word_break.get(c, "Other")) | (c in pictographic) << 5 | KINDS.index(kind(c)) << 6
                 | SCRIPTS.index(unspaced(c)) << 9 | combining.get(c, 0) << 13)
    decomposition = decompose(c)
    if decomposition != (c,):
        folds[c] = (decomposition, ())
    elif c in case_fold:
        folds[c] = ((), case_fold[c])
    if c in folds:
        values[c] |= 1 << 21

# What the Swift side relies on: a case folding needs no further decomposition, and stays as it is when folded again.
for c, (decomposition, folded) in folds.items():
    for f in folded:
        assert decompose(f) == (f,) and f not in case_fold, hex(c)
    assert all(decompose(d) == (d,) for d in decomposition), hex(c)
pairs = sorted((parts[0], parts[1], c) for c, parts in canonical.items() if len(parts) == 2 and c not in excluded)

# An independent check, where Python's older Unicode knows the characters.
for c in range(LIMIT):
    character = chr(c)
    if unicodedata.category(character) in ("Cn", "Cs", "Co") or c in width or 0xAC00 <= c <= 0xD7A3:
        continue
    assert tuple(map(ord, unicodedata.normalize("NFD", character))) == decompose(c), hex(c)
    theirs = unicodedata.normalize("NFD", unicodedata.normalize("NFD", character).casefold())
    ours = [f for d in decompose(c) for f in case_fold.get(d, (d,))]
    assert list(map(ord, theirs)) == ours, hex(c)


blocks, pages, seen = [], [], {}
for first in range(0, LIMIT, BLOCK):
    block = tuple(values[c] for c in range(first, first + BLOCK))
    if block not in seen:
        seen[block] = len(blocks)
        blocks.append(block)
    pages.append(seen[block])
assert len(blocks) < 65_536

with open(target, "w") as file:
    file.write(f"// Generated by Tests/TextTests/Fixtures/make_word_tables.py from Unicode {VERSION}. Do not edit.\n\n")
    file.write(f"/// What Unicode {VERSION} says of every code point about words, case and accents, as text.\n///\n")
    file.write("/// The notation is described in the script that writes this file.\n")
    file.write("enum WordTables {\n")
    file.write(f"    /// Code points in one block.\n    static let blockSize = {BLOCK}\n")
    file.write(f"    /// Entries in `folds`.\n    static let foldCount = {len(folds)}\n")
    file.write(f"    /// Entries in `pairs`.\n    static let pairCount = {len(pairs)}\n\n")
    file.write(literal("pages", "The block of each page of code points.", runs(pages)) + "\n")
    file.write(literal("blocks", "The properties of the code points of each block.",
                       runs([v for block in blocks for v in block])) + "\n")
    file.write(literal("folds", "Decompositions and case foldings.", fold_words(folds)) + "\n")
    file.write(literal("pairs", "Compositions.", [".".join(map(number, pair)) for pair in pairs]))
    file.write("}\n")

with open(os.path.join(source, "auxiliary/WordBreakTest.txt"), encoding="utf-8") as file:
    whole = file.read().splitlines()
with open(cases, "w") as file:
    notice = [line for line in whole if "©" in line or "Unicode and the Unicode Logo" in line or "terms of use" in line]
    file.write(f"# WordBreakTest-{VERSION}.txt, without its comments.\n" + "\n".join(notice) + "\n")
    for line in whole:
        case = line.split("#")[0].strip()
        if case:
            file.write(case.replace("÷", "|").replace("×", "-") + "\n")
print(f"{len(blocks)} blocks, {len(folds)} folds, {len(pairs)} pairs, {os.path.getsize(target)} and"
      f" {os.path.getsize(cases)} bytes")
