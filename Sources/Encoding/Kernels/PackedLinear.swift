/// One linear layer, its weights in oneDNN's own layout: packed once, read by all workers.
final class PackedLinear: Sendable {
    /// What makes numbers of the sums of an int8 product, one float a column each; see `vectorspool_integer_product`.
    struct Finishing: Sendable {
        let scales: WeightArray
        let corrections: WeightArray
        /// `depth` floats, what each column of the input is multiplied with before it is coded; see `ChannelSmoothing`. Nil where
        /// those who make the input have done it.
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
