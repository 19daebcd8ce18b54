"""OpenVINO with the throughput hint, and with the precision said outright: its default may be bfloat16."""
import numpy as np
import openvino
from openvino import properties

import machine
import peer


def load(options):
    # What is not int8 in the int8 graph: bfloat16 is faster, and costs nothing that int8 has not cost already.
    is_narrow = options.compute == "bfloat16" or options.compute == "int8" and machine.has_bfloat16()
    precision = openvino.Type.bf16 if is_narrow else openvino.Type.f32
    model = openvino.Core().compile_model(
        options.export / "openvino" / ("int8.xml" if options.compute == "int8" else "model.xml"),
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
