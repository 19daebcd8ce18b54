"""ONNX Runtime on one of the graphs of export.py, which the variant names: fused, o3, o3int8.

With two threads for each run, or, in a variant that ends with -callers, with one thread for each of two runs at a time:
that needs no barriers, and a caller who has many batches is free to do so.
"""
import onnxruntime

import peer


def load(options):
    settings = onnxruntime.SessionOptions()
    callers = options.threads if options.variant.endswith("callers") else 1
    settings.intra_op_num_threads = options.threads // callers
    settings.inter_op_num_threads = 1
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    name = options.variant.split("-")[0]
    session = onnxruntime.InferenceSession(
        str(options.export / f"{name}.onnx"), settings, providers=["CPUExecutionProvider"])
    names = {each.name for each in session.get_inputs()}

    def vectors_of(sequences):
        inputs = peer.padded(sequences)
        return session.run(["sentence_embedding"], {name: inputs[name] for name in names})[0]

    return peer.encoder(options.model, vectors_of, callers)


if __name__ == "__main__":
    peer.measure(load, "onnxruntime")
