"""Makes the two workloads, passages and short texts, and counts their contents.

    python workload.py MODEL_FOLDER OUTPUT_FOLDER COUNT [DATA_FOLDER]

Passages are the first COUNT of DATA_FOLDER/prose/passages.jsonl. Without that folder they are sentences of the
repository's own sample documents, put together at random (always the same way) to 120 words. Short texts are the first
30 words of each. Prints a JSON object for each of the two.
"""
import hashlib
import json
import random
import re
import sys
from pathlib import Path

import peer

SAMPLE = Path(__file__).resolve().parents[3] / "etc" / "sample"


def drawn(file: Path, count: int) -> list[str]:
    with file.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line, _ in zip(lines, range(count))]
    if len(texts) < count:
        raise SystemExit(f"{file} has only {len(texts)} passages, but {count} were requested")
    return texts


def made(count: int) -> list[str]:
    text = " ".join(file.read_text() for file in sorted(SAMPLE.rglob("*")) if file.suffix in (".md", ".txt"))
    sentences = [sentence for sentence in re.split(r"(?<=[.!?])\s+", text) if sentence]
    generator = random.Random(120)
    texts = []
    for _ in range(count):
        words: list[str] = []
        while len(words) < 120:
            words += generator.choice(sentences).split()
        texts.append(" ".join(words[:120]))
    return texts


def write(name: str, texts: list[str], batches: peer.Batches, folder: Path) -> dict:
    lines = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in texts)
    digest = hashlib.sha256(lines.encode()).hexdigest()[:12]
    file = folder / f"{name}-{digest}.jsonl"  # named by its content, because vectors are kept beside it
    file.write_text(lines, encoding="utf-8")
    lengths = [len(ids) for _, sequences in batches.of(texts) for ids in sequences]
    return {
        "name": name, "file": str(file), "texts": len(texts), "tokens": sum(lengths),
        "squares": sum(length * length for length in lengths),
    }


def main() -> None:
    model, folder, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    data = Path(sys.argv[4]) / "prose" / "passages.jsonl" if len(sys.argv) > 4 else None
    folder.mkdir(parents=True, exist_ok=True)
    passages = drawn(data, count) if data else made(count)
    short = [" ".join(text.split()[:30]) for text in passages]
    batches = peer.Batches(model)
    for name, texts in (("passages", passages), ("short", short)):
        print(json.dumps(write(name, texts, batches, folder)))


if __name__ == "__main__":
    main()
