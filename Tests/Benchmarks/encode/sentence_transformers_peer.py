"""sentence-transformers, as its documentation uses it. Its float32 vectors are what the others are compared with."""
import torch
from sentence_transformers import SentenceTransformer

import peer


def load(options):
    torch.set_num_threads(options.threads)
    torch.set_num_interop_threads(1)
    dtype = {"float32": torch.float32, "bfloat16": torch.bfloat16}[options.compute]
    model = SentenceTransformer(str(options.model), device="cpu", model_kwargs={"dtype": dtype})

    def encode(texts):
        vectors = model.encode(texts, batch_size=peer.BATCH, show_progress_bar=False, convert_to_tensor=True)
        return vectors.float().numpy()

    return encode


if __name__ == "__main__":
    peer.measure(load, "sentence-transformers")
