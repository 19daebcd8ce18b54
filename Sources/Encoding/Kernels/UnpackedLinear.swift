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
