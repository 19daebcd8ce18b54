"""Reads a VectorSpool index with numpy and zstandard, and without any program of VectorSpool.

    import vectorspool

    index = vectorspool.open("/var/lib/vectorspool/index")
    index.codes                    # a list of zero-copy arrays, one for each shard
    index.vectors()                # float32 of shape (live rows, dimension)
    for row in index.rows():       # document, ordinal, bytes, lines, text, metadata of each live row
        print(row.document, row.text)
    index.select(lambda metadata: metadata.get("lang") == "en")   # numbers of live rows

The format is described in Sources/Shards/Shards.docc/Format.md. A generation is read as it was when it was opened; commits and
merges that come later change nothing of it. `to_arrow` and `to_parquet` need pyarrow.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
from dataclasses import dataclass
from typing import Any, Callable, Iterator, Optional

import numpy
import zstandard

__all__ = ["Document", "FormatError", "Index", "Row", "Shard", "open"]

CODES, SIGNS, TEXT, PASSAGES, DOCUMENTS = 1, 2, 3, 4, 5
RAW_BLOCKS, COMPRESSED_FRAMES = 0, 1
ABSENT = 0xFFFFFFFF
TYPES = {"float32": "<f4", "int8": "i1", "uint8": "u1", "binary": "i1", "ubinary": "u1"}

PASSAGE = numpy.dtype([
    ("document", "<u4"), ("ordinal", "<u4"), ("first_byte", "<u8"), ("end_byte", "<u8"), ("first_line", "<u4"),
    ("last_line", "<u4"), ("tokens", "<u4"), ("flags", "<u4"), ("text_frame", "<u4"), ("text_offset", "<u4"),
    ("text_bytes", "<u4"), ("zero", "<u4"),
])


class FormatError(Exception):
    """A file is not what the format says, or of a later version."""


@dataclass(frozen=True)
class Document:
    """A document of a shard: where it comes from, and which rows it has."""

    path: bytes
    #: The id of an object of a JSON Lines file; None for a whole file.
    item: Optional[bytes]
    #: The rows in the shard.
    rows: range
    size: int
    #: Nanoseconds since 1970.
    modified: int
    #: SHA-256 of the contents.
    digest: bytes
    claim: str
    title: Optional[str]
    metadata: dict[str, Any]

    @property
    def name(self) -> str:
        """The name that searches print, but for names that hide something: there the bytes are decoded with replacements."""
        name = self.path.decode(errors="replace")
        return name if self.item is None else name + "#" + self.item.decode(errors="replace")


@dataclass(frozen=True)
class Row:
    """A passage: one row of the index."""

    #: The number of the row among all of the snapshot, dead ones included.
    number: int
    document: Document
    #: The number of the passage in its document, from 0.
    ordinal: int
    #: The bytes of the document, from the first to the one after the last.
    bytes: range
    #: The first and the last line, from 1.
    lines: tuple[int, int]
    tokens: int
    #: Whether the encoder saw only a part of it.
    truncated: bool
    text: str


class Shard:
    """A file of rows, mapped."""

    def __init__(self, path: str, dead: Optional[numpy.ndarray] = None):
        """Maps a shard; `dead` is a mask of rows that were replaced or deleted."""
        self.path = path
        with io_open(path) as file:
            self._file = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._file[9:13] != struct.pack("<I", 0x184D2A50) or self._file[17:25] != b"VSPSHARD":
            raise FormatError(f"{path}: no shard")
        header = self._file[17:209]
        version, = struct.unpack_from("<I", header, 8)
        if version != 1:
            raise FormatError(f"{path}: format {version}; this reader knows format 1")
        self.row_count, self.document_count, self.dimension, self.bytes_per_row = struct.unpack_from("<QIII", header, 16)
        self.precision = header[40:56].rstrip(b"\0").decode()
        self._read_index()
        self.dead = numpy.zeros(self.row_count, bool) if dead is None else dead
        self._passages: Optional[numpy.ndarray] = None
        self._documents: Optional[list[Document]] = None

    def _read_index(self) -> None:
        size = len(self._file)
        count, descriptor, magic = struct.unpack("<IBI", self._file[size - 9:])
        if magic != 0x8F92EAB1 or descriptor != 0x80:
            raise FormatError(f"{self.path}: it does not end in a seek table")
        table = size - 9 - 12 * count - 8
        last, = struct.unpack_from("<I", self._file, table + 8 + 12 * (count - 1))
        index = self._file[table - last + 8:table]
        if index[:8] != b"VSPINDEX":
            raise FormatError(f"{self.path}: its index is missing")
        sections, = struct.unpack_from("<I", index, 12)
        self._sections: dict[int, dict[str, int]] = {}
        frames = numpy.frombuffer(index, "<u4", offset=32 + 72 * sections, count=(len(index) - 40 - 72 * sections) // 4)
        self._frames = frames.reshape(-1, 3)
        for number in range(sections):
            kind, flags, framing, per_block, records, offset, byte_count, decoded, first, step, _ = struct.unpack_from(
                "<IIIIQQQQQQQ", index, 32 + 72 * number)
            self._sections[kind] = dict(
                framing=framing, per_block=per_block, records=records, offset=offset, decoded=decoded, first=first, step=step)

    def _decoded(self, kind: int) -> Iterator[tuple[int, bytes]]:
        """The frames of a section with the number of their first record."""
        section = self._sections[kind]
        offset = section["offset"]
        for size, decoded, first in self._frames[section["first"]:section["first"] + section["step"]].tolist():
            yield first, zstandard.ZstdDecompressor().decompress(self._file[offset:offset + size], max_output_size=max(decoded, 1))
            offset += size

    @property
    def codes(self) -> numpy.ndarray:
        """The codes, of shape (rows, width), dead rows included: a view of the file where it holds whole blocks, else a copy."""
        return self._rows(CODES, TYPES[self.precision], self.bytes_per_row)

    @property
    def signs(self) -> Optional[numpy.ndarray]:
        """The sign plane as `ubinary` codes; None where there is none."""
        return self._rows(SIGNS, "u1", (self.dimension + 7) // 8) if SIGNS in self._sections else None

    def _rows(self, kind: int, dtype: str, bytes_per_row: int) -> numpy.ndarray:
        section = self._sections[kind]
        width = bytes_per_row // numpy.dtype(dtype).itemsize
        if section["framing"] == COMPRESSED_FRAMES:
            rows = b"".join(frame for _, frame in self._decoded(kind))
            return numpy.frombuffer(rows, dtype).reshape(-1, width)
        blocks = self._blocks(section, dtype, width, bytes_per_row)
        return blocks[0] if len(blocks) == 1 else numpy.concatenate(blocks)

    def _blocks(self, section: dict[str, int], dtype: str, width: int, bytes_per_row: int) -> list[numpy.ndarray]:
        per_block, blocks = section["per_block"], []
        for number in range((self.row_count + per_block - 1) // per_block):
            rows = min(per_block, self.row_count - number * per_block)
            start = section["first"] + number * section["step"]
            blocks.append(
                numpy.frombuffer(self._file, dtype, count=rows * width, offset=start).reshape(rows, width))
        return blocks

    @property
    def code_blocks(self) -> list[numpy.ndarray]:
        """The codes as views of the mapped file, one for each block of rows; nothing is copied."""
        section = self._sections[CODES]
        if section["framing"] == COMPRESSED_FRAMES:
            return [self.codes]
        dtype = TYPES[self.precision]
        return self._blocks(section, dtype, self.bytes_per_row // numpy.dtype(dtype).itemsize, self.bytes_per_row)

    @property
    def passages(self) -> numpy.ndarray:
        """The table of passages, one record a row; see `PASSAGE`."""
        if self._passages is None:
            table = b"".join(frame for _, frame in self._decoded(PASSAGES))
            self._passages = numpy.frombuffer(table, PASSAGE)
        return self._passages

    @property
    def documents(self) -> list[Document]:
        """All documents of the shard, in the order of their rows, dead ones included."""
        if self._documents is None:
            self._documents = [
                document for _, frame in self._decoded(DOCUMENTS) for document in self._parse(frame)]
        return self._documents

    @staticmethod
    def _parse(frame: bytes) -> Iterator[Document]:
        offset = 0
        while offset < len(frame):
            size, first, rows, _, length, modified = struct.unpack_from("<IIIIQq", frame, offset)
            fields, place = [], offset + 96
            for _ in range(5):
                count, = struct.unpack_from("<I", frame, place)
                place += 4
                fields.append(None if count == ABSENT else frame[place:place + count])
                place += 0 if count == ABSENT else count
            path, item, claim, title, metadata = fields
            yield Document(
                path or b"", item, range(first, first + rows), length, modified, frame[offset + 32:offset + 64],
                (claim or b"").decode(), None if title is None else title.decode(errors="replace"),
                {} if metadata is None else json.loads(metadata))
            offset += size

    def texts(self) -> Iterator[tuple[int, str]]:
        """The live rows with their texts, in order; each frame is decoded once."""
        frames = self._decoded(TEXT)
        number, frame = -1, b""
        for row, record in enumerate(self.passages):
            while number < record["text_frame"]:
                _, frame = next(frames)
                number += 1
            if not self.dead[row]:
                start = int(record["text_offset"])
                yield row, frame[start:start + int(record["text_bytes"])].decode(errors="replace")


class Index:
    """One generation of an index: shards in the order of their rows, with what is dead of them."""

    def __init__(self, directory: str):
        """Opens the newest generation; see `open`."""
        self.directory = directory
        self.manifest = self._newest()
        self.generation: int = self.manifest["generation"]
        self.dimension: int = self.manifest["dimension"]
        self.precision: str = self.manifest["precision"]
        path = os.path.join(directory, "ranges.npy")
        #: float32 of shape (2, dimension), minima and maxima; None where the precision needs none.
        self.ranges: Optional[numpy.ndarray] = numpy.load(path) if os.path.exists(path) else None
        self.shards: list[Shard] = []
        for listed in self.manifest["shards"]:
            dead = self._dead(listed)
            self.shards.append(Shard(os.path.join(directory, listed["name"] + ".zst"), dead))

    def _newest(self) -> dict[str, Any]:
        generations = sorted(
            (int(name[9:-5]) for name in os.listdir(self.directory)
             if name.startswith("manifest-") and name.endswith(".json") and name[9:-5].isdigit()), reverse=True)
        for generation in generations:
            with io_open(os.path.join(self.directory, f"manifest-{generation}.json")) as file:
                data = file.read()
            try:
                manifest = json.loads(data)
            except ValueError:
                continue
            if manifest.get("format") != 1:
                raise FormatError(f"{self.directory}: format {manifest.get('format')}; this reader knows format 1")
            return manifest
        raise FormatError(f"{self.directory}: no index here")

    def _dead(self, listed: dict[str, Any]) -> numpy.ndarray:
        if "tombstones" not in listed:
            return numpy.zeros(listed["rows"], bool)
        with io_open(os.path.join(self.directory, listed["tombstones"]["name"])) as file:
            data = file.read()
        if data[:8] != b"VSPTOMBS":
            raise FormatError(f"{listed['tombstones']['name']}: no tombstones")
        words = numpy.frombuffer(data, "u1", offset=48, count=len(data) - 56)
        return numpy.unpackbits(words, bitorder="little")[:listed["rows"]].astype(bool)

    @property
    def codes(self) -> list[numpy.ndarray]:
        """The codes of each shard, dead rows included."""
        return [shard.codes for shard in self.shards]

    @property
    def live(self) -> numpy.ndarray:
        """A mask of the rows that live, over all shards."""
        return numpy.concatenate([~shard.dead for shard in self.shards]) if self.shards else numpy.zeros(0, bool)

    def live_codes(self) -> numpy.ndarray:
        """The codes of the live rows, in the order of the index."""
        parts = [shard.codes[~shard.dead] for shard in self.shards]
        return numpy.concatenate(parts) if parts else numpy.zeros((0, 0), TYPES[self.precision])

    def vectors(self) -> numpy.ndarray:
        """The vectors of the live rows as float32: exact for float32, the middle of the step of each code for int8 and uint8, and
        -1 and 1 for binary and ubinary."""
        codes = self.live_codes()
        if self.precision == "float32":
            return codes
        if self.precision in ("binary", "ubinary"):
            bits = numpy.unpackbits(codes.view("u1") ^ (0x80 if self.precision == "binary" else 0), axis=1)
            return bits[:, :self.dimension].astype("f4") * 2 - 1
        if self.ranges is None:
            raise FormatError(f"{self.directory}: ranges.npy is missing, without which no code can be read")
        steps = (self.ranges[1] - self.ranges[0]) / 255
        middle = 128.5 if self.precision == "int8" else 0.5
        return (self.ranges[0] + (codes.astype("f4") + numpy.float32(middle)) * steps).astype("f4")

    def rows(self) -> Iterator[Row]:
        """The live rows, with text and document."""
        first = 0
        for shard in self.shards:
            passages, documents = shard.passages, shard.documents
            for row, text in shard.texts():
                record = passages[row]
                yield Row(
                    first + row, documents[int(record["document"])], int(record["ordinal"]),
                    range(int(record["first_byte"]), int(record["end_byte"])),
                    (int(record["first_line"]), int(record["last_line"])), int(record["tokens"]),
                    bool(record["flags"] & 1), text)
            first += shard.row_count

    def documents(self) -> Iterator[Document]:
        """The live documents."""
        for shard in self.shards:
            for document in shard.documents:
                if not shard.dead[document.rows.start]:
                    yield document

    def select(self, condition: Callable[[dict[str, Any]], bool]) -> numpy.ndarray:
        """The places among the live rows of those whose document's metadata meet a condition."""
        masks = []
        for shard in self.shards:
            mask = numpy.zeros(shard.row_count, bool)
            for document in shard.documents:
                if condition(document.metadata):
                    mask[document.rows.start:document.rows.stop] = True
            masks.append(mask[~shard.dead])
        return numpy.flatnonzero(numpy.concatenate(masks)) if masks else numpy.zeros(0, int)

    def to_arrow(self) -> Any:
        """A pyarrow table of the live rows: document, passage, bytes, lines, text, metadata as JSON, and the vector."""
        import pyarrow

        rows = list(self.rows())
        vectors = self.vectors()
        return pyarrow.table({
            "document": [row.document.name for row in rows],
            "passage": pyarrow.array([row.ordinal for row in rows], pyarrow.int32()),
            "first_byte": pyarrow.array([row.bytes.start for row in rows], pyarrow.int64()),
            "end_byte": pyarrow.array([row.bytes.stop for row in rows], pyarrow.int64()),
            "first_line": pyarrow.array([row.lines[0] for row in rows], pyarrow.int64()),
            "last_line": pyarrow.array([row.lines[1] for row in rows], pyarrow.int64()),
            "text": [row.text for row in rows],
            "metadata": [json.dumps(row.document.metadata, ensure_ascii=False) for row in rows],
            "vector": pyarrow.FixedSizeListArray.from_arrays(vectors.reshape(-1), vectors.shape[1] if len(rows) else self.dimension),
        })

    def to_parquet(self, path: str) -> None:
        """Writes that table to a Parquet file."""
        import pyarrow.parquet

        pyarrow.parquet.write_table(self.to_arrow(), path, compression="zstd")


def io_open(path: str) -> Any:
    """Opens a file to read its bytes; `open` of this module opens an index."""
    return os.fdopen(os.open(path, os.O_RDONLY), "rb")


def open(directory: str) -> Index:  # noqa: A001 - the name that a reader expects: vectorspool.open(...)
    """Opens the newest generation of an index.

    A merge may take files away between two steps; then the next generation is opened.
    """
    for attempt in range(8):
        try:
            return Index(directory)
        except FileNotFoundError:
            if attempt == 7 or not os.path.isdir(directory):
                raise
    raise AssertionError
