import Platform

extension PackedWeights {
    /// Reads tensors by name and brings them into the layout of the forward pass.
    struct Packer {
        private let file: SafeTensors
        private let configuration: ModelConfiguration
        private let compute: Compute
        private let stream: MatrixStream
        // Some exports keep the names of BertModel, others those of a model that contains one.
        private let prefix: String

        // Softmax is the same to any base; powers of two are the cheapest.
        private static let logarithmOfE: Float = 1.442_695_04

        init(_ file: SafeTensors, _ configuration: ModelConfiguration, _ compute: Compute) throws(EncodingError) {
            self.file = file
            self.configuration = configuration
            self.compute = compute
            stream = try MatrixStream(try MatrixEngine())
            prefix = file.contains("bert.embeddings.word_embeddings.weight") ? "bert." : ""
        }

        func name(_ tensor: String) -> String { prefix + tensor }

        /// A copy of a vector or matrix of floats.
        private func floats(_ tensor: String, _ shape: [Int]) throws(EncodingError) -> AlignedMemory {
            let range = try file.float32(name(tensor), shape: shape)
            let memory = try AlignedMemory(byteCount: range.count)
            try file.withBytes(range) { (bytes) throws(EncodingError) in
                unsafe bytes.withUnsafeBytes { bytes in
                    unsafe UnsafeMutableRawBufferPointer(start: memory.start, count: range.count)
                        .copyMemory(from: bytes)
                }
            }
            return memory
        }

        func norm(_ tensor: String) throws(EncodingError) -> Norm {
            Norm(
                gain: try floats("\(tensor).weight", [configuration.width]),
                offset: try floats("\(tensor).bias", [configuration.width]))
        }

        func positions() throws(EncodingError) -> AlignedMemory {
            let width = configuration.width
            let table = try floats("embeddings.position_embeddings.weight", [configuration.positions, width])
            let types = try floats("embeddings.token_type_embeddings.weight", [configuration.tokenTypes, width])
            let positions = unsafe table.elements(Float.self)
            let type = unsafe types.elements(Float.self)
            for row in 0..<configuration.positions {
                for column in 0..<width { unsafe positions[row * width + column] += type[column] }
            }
            return table
        }

        func linear(_ tensor: String, depth: Int, columns: Int) throws(EncodingError) -> PackedLinear {
            let weights = try floats("\(tensor).weight", [columns, depth])
            let bias = try floats("\(tensor).bias", [columns])
            return try pack(weights, bias, depth: depth, columns: columns)
        }

        /// Query, key and value of a layer as one product of `3 * width` columns, the query scaled by
        /// log2(e) * headWidth ** -0.5.
        func projection(_ layer: String) throws(EncodingError) -> PackedLinear {
            let width = configuration.width
            let weights = try AlignedMemory(byteCount: 3 * width * width * 4)
            let bias = try AlignedMemory(byteCount: 3 * width * 4)
            for (part, tensor) in ["query", "key", "value"].enumerated() {
                let scale = part == 0 ? Self.logarithmOfE / Float(configuration.headWidth).squareRoot() : 1
                let matrix = try floats("\(layer).\(tensor).weight", [width, width])
                let vector = try floats("\(layer).\(tensor).bias", [width])
                unsafe Self.copy(matrix, to: weights.elements(Float.self) + part * width * width, width * width, scale)
                unsafe Self.copy(vector, to: bias.elements(Float.self) + part * width, width, scale)
            }
            return try pack(weights, bias, depth: width, columns: 3 * width)
        }

        private static func copy(
            _ from: AlignedMemory, to: UnsafeMutablePointer<Float>, _ count: Int, _ scale: Float
        ) {
            let source = unsafe from.elements(Float.self)
            for index in 0..<count { unsafe to[index] = source[index] * scale }
        }

        private func pack(
            _ weights: AlignedMemory, _ bias: AlignedMemory, depth: Int, columns: Int
        ) throws(EncodingError) -> PackedLinear {
            let product = try MatrixProduct(
                .init(
                    rows: ForwardPass.tileRows, depth: depth, columns: columns, isNarrow: compute == .bfloat16,
                    hasNarrowDestination: false), on: stream)
            return try product.pack(weights, bias: bias)
        }
    }
}
