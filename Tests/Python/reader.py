"""Compares etc/python/vectorspool.py with the product: an index made on the spot, and the golden files.

Arguments: the folder of the programs, the model, the folder of golden files, a scratch folder. Prints a line and exits with 1 at the first
difference.
"""

import json
import os
import subprocess
import sys

import numpy

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "etc", "python"))
import vectorspool  # noqa: E402

programs, model, golden, scratch = sys.argv[1:]
tool = os.path.join(programs, "vectorspool")


def run(*arguments):
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout


def expect(condition, what):
    if not condition:
        sys.exit(f"python reader: {what}")


def make(precision):
    """Indexes some documents, replaces one and forgets one; returns the index."""
    spool = os.path.join(scratch, precision)
    index = os.path.join(spool, "index")
    environment = dict(os.environ, VECTORSPOOL_INDEX_PRECISION=precision)

    def take(files):
        for name, text in files.items():
            path = os.path.join(spool, "inbox", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        subprocess.run(
            [os.path.join(programs, "vectorspoold"), "--spool", spool, "--index", index, "--model", model, "--once"],
            check=True, capture_output=True, env=environment)

    lines = [json.dumps({"id": str(n), "text": f"Item {n} of a list about ships, whales and é.", "n": n, "even": n % 2 == 0})
             for n in range(700)]
    take({"a.md": "# Title\n\nThe old text of a.\n", "list.jsonl": "\n".join(lines) + "\n", "b.txt": "A text that is forgotten."})
    take({"a.md": "# Title\n\nThe new text of a, which is longer.\n" + "Sea and sail. " * 400})
    run(tool, "forget", "b.txt", "--spool", spool)
    return index


def compare(index, precision):
    reader = vectorspool.open(index)
    info = json.loads(run(tool, "info", "--index", index, "--json"))
    rows = list(reader.rows())
    expect(len(rows) == info["rows"] == int(reader.live.sum()), "the number of rows differs")
    expect(sum(1 for _ in reader.documents()) == info["documents"], "the number of documents differs")
    by_document = {}
    for row in rows:
        by_document.setdefault(row.document.name, []).append(row)
    expect("b.txt" not in by_document, "a forgotten document is read")
    for name in ["a.md", "list.jsonl#0", "list.jsonl#699"]:
        shown = json.loads(run(tool, "show", name, "--index", index, "--json"))
        mine = by_document[name]
        expect(shown["metadata"] == mine[0].document.metadata, f"{name}: the metadata differ")
        expect(mine[0].text in shown["text"] and mine[-1].text in shown["text"], f"{name}: the text differs")
        expect(shown["bytes"] == [mine[0].bytes.start, mine[-1].bytes.stop], f"{name}: the bytes differ")
    # The score of a search is the product of the query with the vectors.
    vectors = reader.vectors()
    expect(vectors.dtype == numpy.float32 and vectors.shape == (len(rows), reader.dimension), "the shape differs")
    if precision not in ("binary", "ubinary"):
        query = vectors[5] / numpy.linalg.norm(vectors[5])
        numpy.save(os.path.join(scratch, "query.npy"), query[None].astype("f4"))
        hits = [json.loads(line) for line in run(
            tool, "search", "--query-vectors", os.path.join(scratch, "query.npy"), "--index", index, "--json", "-k", "1000",
            "--max-per-document", "0").splitlines()]
        scores = {(row.document.name, row.ordinal): float(score) for row, score in zip(rows, vectors @ query)}
        expect(len(hits) > 600, "too few hits")
        for hit in hits:
            mine = scores[hit["document"], hit["passage"]]
            expect(abs(mine - hit["score"]) < 1e-5, f"{hit['document']}: score {hit['score']}, not {mine}")
    # The sign plane is sentence-transformers' ubinary of the same vectors, but for values within half a step of zero.
    chosen = reader.select(lambda metadata: metadata.get("even") is True)
    expect([rows[n].document.metadata["n"] for n in chosen] == list(range(0, 700, 2)), "the filter differs")
    table = reader.to_arrow()
    expect(table.num_rows == len(rows) and table.column("text").to_pylist() == [row.text for row in rows], "arrow differs")
    expect(numpy.array_equal(numpy.array(table.column("vector").to_pylist(), "f4"), vectors), "arrow's vectors differ")
    parquet = os.path.join(scratch, precision + ".parquet")
    reader.to_parquet(parquet)
    import pyarrow.parquet

    expect(pyarrow.parquet.read_table(parquet).equals(table), "parquet differs")
    return vectors, [(row.document.name, row.ordinal, row.text) for row in rows]


for precision in ["int8", "float32", "ubinary"]:
    index = make(precision)
    before = compare(index, precision)
    run(tool, "compact", "--full", "--index", index)
    after = compare(index, precision)
    expect(numpy.array_equal(before[0], after[0]) and before[1] == after[1], "a merge changed what is read")

# The golden files: codes by the rule that their maker followed, and text.
first = vectorspool.open(os.path.join(golden, "int8"))
expect(first.generation == 3 and int(first.live.sum()) == 4, "the golden index has other rows")
second = vectorspool.open(os.path.join(golden, "float32-compressed"))
expect([row.text for row in first.rows()] == [row.text for row in second.rows()], "the golden texts differ")
expect(first.shards[0].codes.shape == (7, 8) and second.shards[0].codes.shape == (7, 8), "the golden codes have another shape")
expect(next(d for d in first.shards[0].documents if d.item == b"b1").metadata == {"year": 1999}, "the golden metadata differ")
print("python reader: equal to the product over three precisions, before and after a merge, and to the golden files")
