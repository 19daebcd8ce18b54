"""The engines that are compared; each searches the same codes, or the same texts, with two threads."""

import json
import pathlib
import shutil
import subprocess
import time

import faiss
import numpy as np
import tantivy
import usearch.index

THREADS = 2
LIMIT = 10


def timed(body):
    began = time.perf_counter()
    found = body()
    return (time.perf_counter() - began) * 1000, found


class Ours:
    """VectorSpool, in a process that is started for each trial; the first call of it is not counted."""

    def __init__(self, folder, rankings, mode):
        self.folder, self.rankings, self.mode = folder, rankings, mode

    def trial(self, batch, calls):
        command = [
            self.rankings, "time", "--index", self.folder / "index", "--embeddings", self.folder.parent / "queries.npy", "--texts",
            self.folder.parent / "queries.txt", "--mode", self.mode, "--batch", str(batch), "--calls", str(calls), "--limit",
            str(LIMIT), "--threads", str(THREADS)]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        return answer["milliseconds"], answer["rows"]


class Peer:
    """An engine of this process."""

    def trial(self, batch, calls):
        self.search(0, batch)
        times, rows = [], []
        for call in range(calls):
            milliseconds, found = timed(lambda: self.search(call * batch, (call + 1) * batch))
            times.append(milliseconds)
            rows += found
        return times, rows


class FaissScalar(Peer):
    """faiss's 8-bit scalar quantizer with the ranges of the index and the same codes."""

    def __init__(self, folder):
        faiss.omp_set_num_threads(THREADS)
        self.queries = np.load(folder.parent / "queries.npy")
        codes = np.load(folder / "codes.npy")
        least, most = np.load(folder / "ranges.npy")
        self.index = faiss.IndexScalarQuantizer(
            codes.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
        faiss.copy_array_to_vector(np.concatenate([least, most - least]).astype(np.float32), self.index.sq.trained)
        self.index.is_trained = True
        faiss.copy_array_to_vector((codes.astype(np.int16) + 128).astype(np.uint8).ravel(), self.index.codes)
        self.index.ntotal = len(codes)

    def search(self, first, last):
        return self.index.search(self.queries[first:last], LIMIT)[1].tolist()


class FaissBinary(Peer):
    """faiss's exact search over sign bits."""

    def __init__(self, folder):
        faiss.omp_set_num_threads(THREADS)
        self.queries = np.packbits(np.load(folder.parent / "queries.npy") > 0, axis=1)
        vectors = np.load(folder / "rows.npy", mmap_mode="r")
        self.index = faiss.IndexBinaryFlat(vectors.shape[1])
        for start in range(0, len(vectors), 100_000):
            self.index.add(np.packbits(vectors[start:start + 100_000] > 0, axis=1))

    def search(self, first, last):
        return self.index.search(self.queries[first:last], LIMIT)[1].tolist()


class Usearch(Peer):
    """usearch's exact search over int8 vectors."""

    def __init__(self, folder):
        self.codes = np.load(folder / "codes.npy")
        queries = np.load(folder.parent / "queries.npy")
        self.queries = np.clip(np.rint(queries / np.abs(queries).max() * 127), -127, 127).astype(np.int8)

    def search(self, first, last):
        found = usearch.index.search(
            self.codes, self.queries[first:last], LIMIT, usearch.index.MetricKind.IP, exact=True, threads=THREADS)
        return np.atleast_2d(found.keys).tolist()


class Tantivy(Peer):
    """tantivy's BM25 over the same texts, with English stems; its searcher uses one thread for a query."""

    def __init__(self, folder):
        self.texts = (folder.parent / "queries.txt").read_text(encoding="utf-8").splitlines()
        schema = tantivy.SchemaBuilder()
        schema.add_integer_field("row", stored=True)
        schema.add_text_field("text", tokenizer_name="en_stem")
        schema = schema.build()
        place = folder / "tantivy"
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            writer = tantivy.Index(schema, path=str(place)).writer(heap_size=512 << 20, num_threads=THREADS)
            with open(folder / "rows.txt", encoding="utf-8") as file:
                for row, line in enumerate(file):
                    writer.add_document(tantivy.Document(row=row, text=line))
            writer.commit()
            writer.wait_merging_threads()
            (place / "complete").touch()
        self.index = tantivy.Index(schema, path=str(place))
        self.searcher = self.index.searcher()

    def search(self, first, last):
        found = []
        for text in self.texts[first:last]:
            query, _ = self.index.parse_query_lenient(text, ["text"])
            found.append([self.searcher.doc(address)["row"][0] for _, address in self.searcher.search(query, LIMIT, count=False).hits])
        return found
