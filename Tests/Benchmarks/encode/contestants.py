"""The contestants, and how each is started."""
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import machine

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Contestant:
    """A way to encode; `program` is the peer's script, and ours has none."""

    name: str
    title: str
    compute: str
    program: str = ""
    variant: str = ""
    processors: int | None = None

    @property
    def is_ours(self) -> bool:
        return not self.program

    @property
    def is_main(self) -> bool:
        """Whether the others of the same compute are compared with this one."""
        return self.is_ours and self.processors is None

    def command(self, options, texts: Path, output: Path) -> list[str]:
        if self.is_ours:
            tool = str(options.binaries / "vectorspool")
            return [tool, "encode", "--model", str(options.model), "--compute", self.compute,
                    "--stages", "--output", str(output), str(texts)]
        return [str(options.python), str(HERE / self.program), "--model", str(options.model),
                "--export", str(options.work / "export"), "--compute", self.compute, "--variant", self.variant,
                "--threads", str(options.threads), "--texts", str(texts), "--output", str(output)]


REFERENCE = Contestant(
    "sentence-transformers", "sentence-transformers", "float32", "sentence_transformers_peer.py")

ALL = [
    Contestant("vectorspool", "**VectorSpool**", "float32"),
    Contestant("vectorspool-one", "VectorSpool, one worker", "float32", processors=1),
    REFERENCE,
    Contestant("ctranslate2", "CTranslate2", "float32", "ctranslate2_peer.py"),
    Contestant("openvino", "OpenVINO", "float32", "openvino_peer.py"),
    Contestant("onnxruntime", "ONNX Runtime, fused", "float32", "onnxruntime_peer.py", "fused"),
    Contestant("onnxruntime-o3", "ONNX Runtime, fused (O3: tanh GELU)", "float32", "onnxruntime_peer.py", "o3"),
    Contestant("onnxruntime-callers", "ONNX Runtime, fused, a caller a thread", "float32", "onnxruntime_peer.py",
               "fused-callers"),
    Contestant("vectorspool-bfloat16", "**VectorSpool**", "bfloat16"),
    Contestant("vectorspool-bfloat16-one", "VectorSpool, one worker", "bfloat16", processors=1),
    Contestant("sentence-transformers-bfloat16", "sentence-transformers", "bfloat16", "sentence_transformers_peer.py"),
    Contestant("openvino-bfloat16", "OpenVINO", "bfloat16", "openvino_peer.py"),
    Contestant("vectorspool-int8", "**VectorSpool**", "int8"),
    Contestant("vectorspool-int8-one", "VectorSpool, one worker", "int8", processors=1),
    Contestant("ctranslate2-int8", "CTranslate2", "int8", "ctranslate2_peer.py"),
    Contestant("openvino-int8", "OpenVINO, NNCF int8", "int8", "openvino_peer.py"),
    Contestant("onnxruntime-int8", "ONNX Runtime, fused (O3), dynamic int8", "int8", "onnxruntime_peer.py", "o3int8"),
    Contestant("onnxruntime-int8-callers", "ONNX Runtime, the same, a caller a thread", "int8", "onnxruntime_peer.py",
               "o3int8-callers"),
]


def present(options) -> list[Contestant]:
    """The selected contestants that can run here."""
    unknown = set(options.only) - {contestant.name for contestant in ALL}
    if unknown:
        raise SystemExit(f"no contestant is named {', '.join(sorted(unknown))}; there are "
                         + ", ".join(contestant.name for contestant in ALL))
    tool = [str(options.binaries / "vectorspool"), "encode", "--help"]
    text = subprocess.run(tool, capture_output=True, text=True, check=True).stdout
    computes = re.search(r"\n  --compute .*?(?=\n  --)", text, re.DOTALL)
    chosen = [each for each in ALL if not options.only or each.name in options.only]
    chosen = [each for each in chosen if not each.is_ours or (computes and each.compute in computes[0])]
    return [each for each in chosen if each.compute != "bfloat16" or machine.has_bfloat16()]
