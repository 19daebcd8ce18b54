import Platform

extension PackedWeights {
    /// Reads tensors by name and brings them into the layout of the forward pass.
    ///
    /// What it makes is kept in files: whoever changes names, meanings or layouts here raises `version`.
    struct Packer {
        /// Of the arrays that are made, whatever file they are kept in.
        static let version = 1

        private let file: SafeTensors
        private let configuration: ModelConfiguration
        private let layouts: MatrixLayouts
        private let stream: MatrixStream
        private var made = WeightArrays()

        // Softmax is the same to any base; powers of two are the cheapest.
        private static let logarithmOfE: Float = 1.442_695_04

        /// Checks every tensor and packs it.
        ///
        /// - Throws: `EncodingError` naming the tensor that is missing or of the wrong shape or type.
        static func arrays(
            _ file: SafeTensors, _ configuration: ModelConfiguration, _ layouts: MatrixLayouts
        ) throws(EncodingError) -> WeightArrays {
            var packer = try Packer(file, configuration, layouts)
            try packer.packAll()
            return packer.made
        }

        /// A tensor's name in `file`: some exports keep the names of BertModel, others those of a model that contains one.
        static func name(_ tensor: String, in file: SafeTensors) -> String {
            file.contains("bert.embeddings.word_embeddings.weight") ? "bert.\(tensor)" : tensor
        }

        private init(
            _ file: SafeTensors, _ configuration: ModelConfiguration, _ layouts: MatrixLayouts
        ) throws(EncodingError) {
            self.file = file
            self.configuration = configuration
            self.layouts = layouts
            stream = try MatrixStream(layouts.engine)
        }

        private mutating func packAll() throws(EncodingError) {
            let (width, inner) = (configuration.width, configuration.innerWidth)
            // Read in place later; what is prepared should not outlive a model that cannot be used.
            _ = try file.float32(
                Self.name("embeddings.word_embeddings.weight", in: file), shape: [configuration.vocabulary, width])
            try addPositions()
            try addNorm("embeddingNorm", of: "embeddings.LayerNorm")
            for index in 0..<configuration.layers {
                let name = "layer.\(index)"
                let tensor = "encoder.layer.\(index)"
                try addProjection("\(name).projection", of: "\(tensor).attention.self")
                try addLinear(
                    "\(name).attentionOutput", of: "\(tensor).attention.output.dense", depth: width, columns: width)
                try addNorm("\(name).attentionNorm", of: "\(tensor).attention.output.LayerNorm")
                try addLinear("\(name).inner", of: "\(tensor).intermediate.dense", depth: width, columns: inner)
                try addLinear("\(name).output", of: "\(tensor).output.dense", depth: inner, columns: width)
                try addNorm("\(name).outputNorm", of: "\(tensor).output.LayerNorm")
            }
        }

        /// A copy of a vector or matrix of floats.
        private func floats(_ tensor: String, _ shape: [Int]) throws(EncodingError) -> AlignedMemory {
            let range = try file.float32(Self.name(tensor, in: file), shape: shape)
            let memory = try AlignedMemory(byteCount: range.count)
            try file.withBytes(range) { (bytes) throws(EncodingError) in
                unsafe bytes.withUnsafeBytes { bytes in
                    unsafe UnsafeMutableRawBufferPointer(start: memory.start, count: range.count)
                        .copyMemory(from: bytes)
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

        private mutating func addLinear(
            _ name: String, of tensor: String, depth: Int, columns: Int
        ) throws(EncodingError) {
            let weights = try floats("\(tensor).weight", [columns, depth])
            let bias = try floats("\(tensor).bias", [columns])
            try pack(name, weights, bias, depth: depth, columns: columns)
        }

        /// Query, key and value of a layer as one product of `3 * width` columns, the query scaled by
        /// log2(e) * headWidth ** -0.5.
        private mutating func addProjection(_ name: String, of tensor: String) throws(EncodingError) {
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
            try pack(name, weights, bias, depth: width, columns: 3 * width)
        }

        private static func copy(
            _ from: AlignedMemory, to: UnsafeMutablePointer<Float>, _ count: Int, _ scale: Float
        ) {
            let source = unsafe from.elements(Float.self)
            for index in 0..<count { unsafe to[index] = source[index] * scale }
        }

        private mutating func pack(
            _ name: String, _ weights: AlignedMemory, _ bias: AlignedMemory, depth: Int, columns: Int
        ) throws(EncodingError) {
            let layout = try layouts.layout(depth: depth, columns: columns)
            if layout.compute == .int8 {
                let coded = try CodedMatrix(weights, depth: depth, columns: columns)
                made.add("\(name).weights", try layout.pack(coded.codes, on: stream))
                made.add("\(name).scales", WeightArray(coded.scales, byteCount: columns * 4))
                made.add("\(name).corrections", WeightArray(coded.corrections, byteCount: columns * 4))
            } else {
                made.add("\(name).weights", try layout.pack(weights, on: stream))
            }
            made.add("\(name).bias", WeightArray(bias, byteCount: columns * 4))
        }
    }
}
