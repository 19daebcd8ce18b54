"""OpenVINO with the throughput hint, and with the precision said outright: its default may be bfloat16."""
import numpy as np
import openvino
from openvino import properties

import peer


def load(options):
    precision = {"float32": openvino.Type.f32, "bfloat16": openvino.Type.bf16}[options.compute]
    model = openvino.Core().compile_model(
        options.export / "openvino" / "model.xml",
        "CPU",
        {
            properties.hint.performance_mode(): properties.hint.PerformanceMode.THROUGHPUT,
            properties.hint.inference_precision(): precision,
            properties.inference_num_threads(): options.threads,
        },
    )
    batches = peer.Batches(options.model)
    requests = openvino.AsyncInferQueue(model)

    def encode(texts):
        vectors = np.empty((len(texts), model.output(0).partial_shape[1].get_length()), np.float32)

        def take(request, rows):
            vectors[rows] = request.get_output_tensor(0).data

        requests.set_callback(take)
        for rows, sequences in batches.of(texts):
            requests.start_async(peer.padded(sequences), rows)
        requests.wait_all()
        return vectors

    return encode


if __name__ == "__main__":
    peer.measure(load, "openvino")
