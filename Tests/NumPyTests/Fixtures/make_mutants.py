"""Makes mutants of NumPy files and records NumPy's verdicts: `mutants/mutants.jsonl`.

    python make_mutants.py

Needs nothing but NumPy (2.4 was used). Each line is a mutant: the file it is made from, splices of it as
[offset, bytes removed, bytes put there in hexadecimal digits], and the verdict: `refused`, or type, shape and order of
the array that `numpy.load` gives. The same seed gives the same mutants.
"""

import io
import json
import random
import tempfile
import warnings
from pathlib import Path

import numpy as np
from numpy.lib import _format_impl

HERE = Path(__file__).parent / "mutants"
SEED = 20261
BYTES, TOKENS, SPLICES = 600, 400, 150

# The tokens of a header, with replacements that Python or NumPy accept or almost accept.
TOKENS_OF = {
    "<f4": ["=f4", "|f4", ">f4", "f4", "f", "<f", "float32", "single", "<f8", "d", "<f2", "e", "half", "<i4", "|i1", "b", "|u1", "B",
            ">i1", "<u1", "?", "|b1", "O", "<c8", "S4", "<U1", "V4", "f 4", "f+4", "f04", "()f4", "(2,)f4", "f4,f4", "", " <f4", "<f4 ",
            "<F4", "<f3", "<f16", "float", "double", "int8", "uint8", "float16", "float64", "byte", "ubyte", "<f4\\n", "\\x3cf4", "\\74f4",
            "\\u003cf4", "<f4\\", "<\\\nf4", "M8[s]", "<f4é"],
    "'<f4'": ["\"<f4\"", "u'<f4'", "r'<f4'", "b'<f4'", "f'<f4'", "U'<f4'", "R'<f4'", "Rb'<f4'", "'<' 'f4'", "('<f4')", "('<f4',)",
              "('<f4', (2,))", "['<f4']", "[('a', '<f4')]", "'''<f4'''", "\"\"\"<f4\"\"\"", "'<f4", "<f4'", "None", "4", "{'<f4'}", "'<f4'''",
              "('<f4', ())", "[]", "()", "((('<f4')))"],
    "False": ["True", "false", "0", "1", "None", "(False)", "not True", "False,", "FALSE", "Fals", "''", "False or True", "Falsee",
              "False #", "F alse", "[False]", "-False"],
    "(2, 3)": ["(2,3)", "( 2 , 3 )", "(2, 3,)", "(2 3)", "[2, 3]", "(6,)", "(6)", "6", "()", "(1, 6)", "(1, 2, 3)", "(2, 3", "2, 3)", "(2, 3))",
               "(0, 3)", "(3, 0)", "(0, 9223372036854775807)", "(9223372036854775807, 0)", "(0, 9223372036854775808)", "(-2, -3)", "(-1, 3)",
               "(2, -1)", "(-1, 0)", "(+2, 3)", "(--2, 3)", "(-0, 3)", "(2.0, 3)", "(2., 3)", "(2e0, 3)", "(2j, 3)", "(0x2, 3)", "(0b10, 0o3)", "(0X2, 0B11)",
               "(02, 3)", "(00, 3)", "(0_0, 3)", "(2_, 3)", "(_2, 3)", "(1_0, 3)", "(2L, 3L)", "(2L, 3)", "(2l, 3)", "(True, 3)", "(False, 3)", "(None, 3)", "('2', 3)",
               "((2), 3)", "((2,), 3)", "(2, 3,,)", "(,2, 3)", "(2,\n3)", "(2,\t3)", "(2,\f3)", "(2,\r3)", "(2,\v3)", "(2,\xa03)", "(2, # two\n3)", "(2, \\\n3)",
               "(1+1, 3)", "(2*1, 3)", "(2, 3) ", "(2, 30)", "(3, 2)", "(2, 2)", "(99999999999999999999,)", "(4611686018427387904, 4)", "(True,)",
               "(2, *(3,))", "tuple((2, 3))", "(2 , 3 ,\n)", "(0x, 3)", "(0x_2, 3)", "(2_3,)", "(1__0, 3)", "(0b2, 3)", "(0o8,)", "(- 2, 3)", "(-True, 3)", "(2and 3,)",
               "(2, 3) if True else ()"],
    "'descr'": ["\"descr\"", "u'descr'", "b'descr'", "'descr '", "'Descr'", "'d' 'escr'", "'d\\x65scr'", "'''descr'''", "('descr')", "descr", "'descr', 'x'",
                "'shape'", "'descr': 1, 'descr'", "'descr': [], 'descr'", "'a': 1, 'descr'", "1: 2, 'descr'", "'d\\145scr'", "'des\\\ncr'", "*'descr'",
                "'descr':'<f8', 'descr'", "'d\\escr'"],
    "'shape'": ["\"shape\"", "'Shape'", "shape", "'shape': (), 'shape'", "'shape':(6,), 'shape'", "'shap\\u0065'"],
    "{": ["({", " {", "\t{", "\n{", "\n {", "\f{", "# x\n{", "[{", "{{", "dict({", "", "{\n", "{#\n", "{,", "{**{}, ", "\\\n{", "\r{", "\x00{", "\xff{", "+{"],
    "}": ["})", "} ", "},", "}#", "}\n}", "}}", "", "}\t", "}\x00", "}\xa0", ",}", ",,}", "} {}", "};", "}\\\n", "}\n#x", "}\n 1", "}\f", "} # \xe9",
          "}\n\n\n", "}\r\r", "}\n ", ", 'a': 1}", ", **{}}"],
    ",": [";", ", ", "\n,", ",\n", ",#\n", ",,", " ", "", ",\f", ",\r\n", ".", ",\\\n"],
    ":": [" :", ":\n", "=", "::", "", ":=", ": \\\n", ":#\n"],
}


def file_of(array: np.ndarray, version: tuple[int, int]) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    return stream.getvalue()


FLOATS = np.arange(6, dtype=np.float32).reshape(2, 3)
BASES = {
    "float32-1": file_of(FLOATS, (1, 0)),
    "float32-2": file_of(FLOATS, (2, 0)),
    "float32-3": file_of(FLOATS, (3, 0)),
    "float64-1": file_of(np.arange(4, dtype=np.float64), (1, 0)),
    "int8-1": file_of(np.arange(12, dtype=np.int8).reshape(3, 4), (1, 0)),
}


def header_range(file: bytes) -> tuple[int, int, int]:
    """The offset and size of the length, and the offset of the text."""
    return (8, 2, 10) if file[6] == 1 else (8, 4, 12)


def applied(file: bytes, splices: list) -> bytes:
    for offset, removed, put in splices:
        file = file[:offset] + bytes.fromhex(put) + file[offset + removed :]
    return file


def byte_mutant(choose: random.Random, file: bytes) -> list:
    end = file.index(b"\n", 12) + 1
    interesting = file.index(b"}") + 2
    splices = []
    for _ in range(choose.choice([1, 1, 1, 2, 3])):
        offset = choose.randrange(interesting if choose.random() < 0.9 else end)
        value = choose.choice([choose.randrange(256), file[offset] ^ 1 << choose.randrange(8), choose.choice(b" ,:'(){}[]0123456789<>=|fiu\n\t-+_#\"\\LTr")])
        splices.append([offset, 1, f"{value:02x}"])
    return splices


def token_mutant(choose: random.Random, file: bytes, token: str = "", put: str = "") -> list:
    """One or two tokens replaced, the length in the header set to fit."""
    at, width, start = header_range(file)
    text = file[start : file.index(b"\n", start) + 1]
    changed = text
    for _ in range(1 if token else choose.choice([1, 2])):
        old = token or choose.choice([token for token in TOKENS_OF if token.encode() in changed])
        new = put if token else choose.choice(TOKENS_OF[old])
        places = [place for place in range(len(changed)) if changed.startswith(old.encode(), place)]
        place = choose.choice(places)
        new = new.encode("utf-8" if file[6] == 3 else "latin-1")
        changed = changed[:place] + new + changed[place + len(old) :]
    length = len(changed).to_bytes(width, "little")
    same = next((i for i in range(len(text)) if text[i] != changed[i]), len(text))
    tail = next((i for i in range(min(len(text), len(changed)) - same) if text[-1 - i] != changed[-1 - i]), 0)
    splice = [start + same, len(text) - same - tail, changed[same : len(changed) - tail].hex()]
    return [splice, [at, width, length.hex()]]


def splice_mutant(choose: random.Random, file: bytes) -> list:
    """Bytes inserted or removed while the length in the header stays, or a length or version that changes alone."""
    at, width, start = header_range(file)
    kind = choose.randrange(5)
    if kind == 0:
        return [[choose.randrange(len(file)), choose.randrange(1, 4), ""]]
    if kind == 1:
        return [[choose.randrange(80), 0, choose.randbytes(choose.randrange(1, 3)).hex()]]
    if kind == 2:
        length = choose.choice([0, 1, 50, 62, 63, 117, 118, 119, 150, 10_000, 10_001, 65_535])
        return [[at, width, length.to_bytes(width, "little").hex()]]
    if kind == 3:
        version = choose.choice([(0, 0), (1, 1), (1, 255), (2, 1), (3, 1), (4, 0), (1, 0), (2, 0), (3, 0), (255, 255)])
        return [[6, 2, bytes(version).hex()]]
    cut = choose.randrange(len(file))
    return [[cut, len(file) - cut, ""]]


def verdict(file: bytes) -> str:
    # A real file: NumPy reads those with another function than streams, and people have files.
    with tempfile.NamedTemporaryFile(suffix=".npy") as stream:
        stream.write(file)
        stream.flush()
        try:
            array = np.load(stream.name, allow_pickle=False)
            # A type with axes of its own: the array is what happens to be in the file.
            with open(stream.name, "rb") as again:
                version = np.lib.format.read_magic(again)
                has_axes = _format_impl._read_array_header(again, version)[2].subdtype is not None
        except Exception:
            return "refused"
    shape = ",".join(map(str, array.shape))
    return f"{array.dtype.str} ({shape}){' axes' if has_axes else '' if array.flags.c_contiguous else ' columns'}"


def main() -> None:
    warnings.simplefilter("ignore")
    choose = random.Random(SEED)
    HERE.mkdir(exist_ok=True)
    for name, file in BASES.items():
        (HERE / f"{name}.npy").write_bytes(file)
    mutants = []
    for token, replacements in TOKENS_OF.items():
        for put in replacements:
            mutants.append(("float32-1", token_mutant(choose, BASES["float32-1"], token, put)))
    for make in [byte_mutant] * BYTES + [token_mutant] * TOKENS + [splice_mutant] * SPLICES:
        name = choose.choice(list(BASES))
        mutants.append((name, make(choose, BASES[name])))
    lines, seen = [], set()
    for name, splices in mutants:
        file = applied(BASES[name], splices)
        if file not in seen:
            seen.add(file)
            line = {"base": name, "splices": splices, "verdict": verdict(file)}
            lines.append(json.dumps(line, separators=(",", ":")))
    (HERE / "mutants.jsonl").write_text("\n".join(lines) + "\n")
    read = sum('"refused"' not in line for line in lines)
    print(f"{len(lines)} mutants, {read} of which NumPy reads")


main()
