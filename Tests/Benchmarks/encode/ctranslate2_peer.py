"""CTranslate2's encoder: workers of one thread that share the weights; padding is left out of the linear layers."""
import ctranslate2
import numpy as np

import peer


def load(options):
    # It would take another type in silence where the processor lacks one.
    if options.compute not in ctranslate2.get_supported_compute_types("cpu"):
        raise SystemExit(f"CTranslate2 does not compute {options.compute} on this processor")
    encoder = ctranslate2.Encoder(
        str(options.export / "ctranslate2"),
        device="cpu",
        compute_type=options.compute,
        inter_threads=options.threads,
        intra_threads=1,
    )

    def vectors_of(sequences):
        states = np.array(encoder.forward_batch(sequences).last_hidden_state.to(ctranslate2.DataType.float32))
        sums = np.stack([states[row, : len(sequence)].mean(axis=0) for row, sequence in enumerate(sequences)])
        return sums / np.linalg.norm(sums, axis=1, keepdims=True)

    return peer.encoder(options.model, vectors_of, callers=options.threads)


if __name__ == "__main__":
    peer.measure(load, "ctranslate2")
