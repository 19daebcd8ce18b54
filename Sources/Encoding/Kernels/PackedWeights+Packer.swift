extension PackedWeights {
    /// Reads tensors by name and brings them into the layout of the forward pass.
    ///
    /// What it makes is kept in files: whoever changes names, meanings or layouts here raises `version`.
    struct Packer {
        /// Of the arrays that are made, whatever file they are kept in.
        static let version = 2

        private let file: SafeTensors
        private let configuration: ModelConfiguration
        private let compute: Compute
        private let layouts: MatrixLayouts
        private let stream: MatrixStream
        /// For int8.
        private let smoothing: ChannelSmoothing?
        private var made = WeightArrays()

        // Softmax is the same to any base; powers of two are the cheapest.
        private static let logarithmOfE: Float = 1.442_695_04

        /// Checks every tensor and packs it.
        ///
        /// - Throws: `EncodingError` naming the tensor that is missing or of the wrong shape or type.
        static func arrays(
            _ file: SafeTensors, _ configuration: ModelConfiguration, _ compute: Compute, _ layouts: MatrixLayouts
        ) throws(EncodingError) -> WeightArrays {
            var packer = try Packer(file, configuration, compute, layouts)
            try packer.packAll()
            // From now on the arrays are read instead.
            file.release()
            return packer.made
        }

        /// A tensor's name in `file`: some exports keep the names of BertModel, others those of a model that contains one.
        static func name(_ tensor: String, in file: SafeTensors) -> String {
            file.contains("bert.embeddings.word_embeddings.weight") ? "bert.\(tensor)" : tensor
        }

        private init(
            _ file: SafeTensors, _ configuration: ModelConfiguration, _ compute: Compute, _ layouts: MatrixLayouts
        ) throws(EncodingError) {
            self.file = file
            self.configuration = configuration
            self.compute = compute
            self.layouts = layouts
            smoothing = compute == .int8 ? try ChannelSmoothing(file, configuration) : nil
            stream = try MatrixStream(layouts.engine)
        }

        private mutating func packAll() throws(EncodingError) {
            let shape = [configuration.vocabulary, configuration.width]
            // Read in place later; what is prepared should not outlive a model that cannot be used.
            let words = try file.floats(Self.name(PackedWeights.wordTable, in: file), shape: shape)
            if words.type != .float32 {
                made.add(
                    "words",
                    WeightArray(
                        try floats(PackedWeights.wordTable, shape),
                        byteCount: configuration.vocabulary * configuration.width * 4))
            }
            try addPositions()
            try addNorm("embeddingNorm", of: "embeddings.LayerNorm")
            for index in 0..<configuration.layers { try addLayer(index) }
        }

        private mutating func addLayer(_ index: Int) throws(EncodingError) {
            let (width, inner) = (configuration.width, configuration.innerWidth)
            let (name, tensor) = ("layer.\(index)", "encoder.layer.\(index)")
            let projection = try projection(of: "\(tensor).attention.self")
            let attentionOutput = try linear("\(tensor).attention.output.dense", depth: width, columns: width)
            let innerLayer = try linear("\(tensor).intermediate.dense", depth: width, columns: inner)
            let output = try linear("\(tensor).output.dense", depth: inner, columns: width)
            if let smoothing {
                let attended = smoothing.factors(.attentionOutput, layer: index, attentionOutput)
                attentionOutput.multiplyInputs(by: attended)
                // Attention averages values: what divides them divides its result, at no cost.
                projection.divideOutputs(by: attended, from: 2 * width)
                try smooth("\(name).projection", projection, smoothing.factors(.projection, layer: index, projection))
                try smooth("\(name).inner", innerLayer, smoothing.factors(.inner, layer: index, innerLayer))
            }
            try pack("\(name).projection", projection, compute)
            try pack("\(name).attentionOutput", attentionOutput, compute)
            try addNorm("\(name).attentionNorm", of: "\(tensor).attention.output.LayerNorm")
            try pack("\(name).inner", innerLayer, compute)
            try pack("\(name).output", output, compute.floating)
            try addNorm("\(name).outputNorm", of: "\(tensor).output.LayerNorm")
        }

        /// A copy of a vector or matrix of floats.
        private func floats(_ tensor: String, _ shape: [Int]) throws(EncodingError) -> AlignedMemory {
            let floats = try file.floats(Self.name(tensor, in: file), shape: shape)
            let count = shape.reduce(1, *)
            let memory = try AlignedMemory(byteCount: count * 4)
            let target = unsafe UnsafeMutableBufferPointer(start: memory.elements(Float.self), count: count)
            try file.withBytes(floats.range) { (bytes) throws(EncodingError) in
                unsafe bytes.withUnsafeBytes { bytes in
                    switch floats.type {
                    case .float32: unsafe UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
                    case .float16:
                        for place in 0..<count {
                            let bits = unsafe bytes.loadUnaligned(fromByteOffset: place * 2, as: UInt16.self)
                            unsafe target[place] = Float(Float16(bitPattern: UInt16(littleEndian: bits)))
                        }
                    case .bfloat16:
                        // A bfloat16 is the upper half of a float.
                        for place in 0..<count {
                            let bits = unsafe bytes.loadUnaligned(fromByteOffset: place * 2, as: UInt16.self)
                            unsafe target[place] = Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
                        }
                    }
                }
            }
            return memory
        }

        private mutating func addNorm(_ name: String, of tensor: String) throws(EncodingError) {
            let width = configuration.width
            let gain = try floats("\(tensor).weight", [width])
            let offset = try floats("\(tensor).bias", [width])
            made.add("\(name).gain", WeightArray(gain, byteCount: width * 4))
            made.add("\(name).offset", WeightArray(offset, byteCount: width * 4))
        }

        private mutating func addPositions() throws(EncodingError) {
            let width = configuration.width
            let table = try floats("embeddings.position_embeddings.weight", [configuration.positions, width])
            let types = try floats("embeddings.token_type_embeddings.weight", [configuration.tokenTypes, width])
            let positions = unsafe table.elements(Float.self)
            let type = unsafe types.elements(Float.self)
            for row in 0..<configuration.positions {
                for column in 0..<width { unsafe positions[row * width + column] += type[column] }
            }
            made.add("positions", WeightArray(table, byteCount: configuration.positions * width * 4))
        }

        private func linear(_ tensor: String, depth: Int, columns: Int) throws(EncodingError) -> UnpackedLinear {
            UnpackedLinear(
                depth: depth, columns: columns, weights: try floats("\(tensor).weight", [columns, depth]),
                bias: try floats("\(tensor).bias", [columns]))
        }

        /// Query, key and value of a layer as one product of `3 * width` columns, the query scaled by
        /// log2(e) * headWidth ** -0.5.
        private func projection(of tensor: String) throws(EncodingError) -> UnpackedLinear {
            let width = configuration.width
            let weights = try AlignedMemory(byteCount: 3 * width * width * 4)
            let bias = try AlignedMemory(byteCount: 3 * width * 4)
            for (part, word) in ["query", "key", "value"].enumerated() {
                let scale = part == 0 ? Self.logarithmOfE / Float(configuration.headWidth).squareRoot() : 1
                let matrix = try floats("\(tensor).\(word).weight", [width, width])
                let vector = try floats("\(tensor).\(word).bias", [width])
                unsafe Self.copy(matrix, to: weights.elements(Float.self) + part * width * width, width * width, scale)
                unsafe Self.copy(vector, to: bias.elements(Float.self) + part * width, width, scale)
            }
            return UnpackedLinear(depth: width, columns: 3 * width, weights: weights, bias: bias)
        }

        private static func copy(
            _ from: AlignedMemory, to: UnsafeMutablePointer<Float>, _ count: Int, _ scale: Float
        ) {
            let source = unsafe from.elements(Float.self)
            for index in 0..<count { unsafe to[index] = source[index] * scale }
        }

        /// Moves factors from a layer's input into its weights; what codes the input gets their inverses to multiply with.
        private mutating func smooth(
            _ name: String, _ linear: UnpackedLinear, _ factors: [Float]
        ) throws(EncodingError) {
            linear.multiplyInputs(by: factors)
            let inverses = try AlignedMemory(byteCount: factors.count * 4)
            let numbers = unsafe inverses.elements(Float.self)
            for (channel, factor) in factors.enumerated() { unsafe numbers[channel] = 1 / factor }
            made.add("\(name).factors", WeightArray(inverses, byteCount: factors.count * 4))
        }

        private mutating func pack(
            _ name: String, _ linear: UnpackedLinear, _ compute: Compute
        ) throws(EncodingError) {
            let columns = linear.columns
            let layout = try layouts.layout(depth: linear.depth, columns: columns, compute)
            if compute == .int8 {
                let coded = try CodedMatrix(linear.weights, depth: linear.depth, columns: columns)
                made.add("\(name).weights", try layout.pack(coded.codes, on: stream))
                made.add("\(name).scales", WeightArray(coded.scales, byteCount: columns * 4))
                made.add("\(name).corrections", WeightArray(coded.corrections, byteCount: columns * 4))
            } else {
                made.add("\(name).weights", try layout.pack(linear.weights, on: stream))
            }
            made.add("\(name).bias", WeightArray(linear.bias, byteCount: columns * 4))
        }
    }
}
