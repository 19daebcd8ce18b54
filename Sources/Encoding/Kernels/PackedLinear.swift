/// One linear layer, its weights in oneDNN's own layout: packed once, read by all workers.
final class PackedLinear: Sendable {
    /// What makes numbers of the sums of an int8 product, one float a column each; see `vectorspool_integer_product`.
    struct Finishing: Sendable {
        let scales: WeightArray
        let corrections: WeightArray
        /// The `depth` factors for the columns of the input before it is coded; nil where the producer of the input
        /// applies them.
        ///
        /// See `ChannelSmoothing`.
        let factors: WeightArray?
    }

    let layout: MatrixLayout
    let weights: WeightArray
    /// `columns` floats.
    let bias: WeightArray
    /// Present for int8.
    let finishing: Finishing?

    init(layout: MatrixLayout, weights: WeightArray, bias: WeightArray, finishing: Finishing?) {
        self.layout = layout
        self.weights = weights
        self.bias = bias
        self.finishing = finishing
    }

    var depth: Int { layout.depth }
    var columns: Int { layout.columns }
}

/// One linear layer as the model's file has it, while it is brought into shape for packing.
struct UnpackedLinear {
    let depth: Int
    let columns: Int
    /// Row-major `[columns][depth]` floats.
    let weights: AlignedMemory
    /// `columns` floats.
    let bias: AlignedMemory

    /// Multiplies the weights of each input channel, for an input whose channels are divided by the same factors.
    func multiplyInputs(by factors: [Float]) {
        let numbers = unsafe weights.elements(Float.self)
        for column in 0..<columns {
            for channel in factors.indices { unsafe numbers[column * depth + channel] *= factors[channel] }
        }
    }

    /// Divides outputs: the column `first` by the first divisor, and so on.
    func divideOutputs(by divisors: [Float], from first: Int) {
        let numbers = unsafe weights.elements(Float.self)
        let offsets = unsafe bias.elements(Float.self)
        for (index, divisor) in divisors.enumerated() {
            let column = first + index
            for channel in 0..<depth { unsafe numbers[column * depth + channel] /= divisor }
            unsafe offsets[column] /= divisor
        }
    }
}
