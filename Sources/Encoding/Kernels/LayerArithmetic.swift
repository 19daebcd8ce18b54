import CKernels

/// How the linear layers are computed, and in what form their inputs stand between them.
///
/// Everything else of a forward pass is the same for every compute: embedding, pooling, the order of the layers, and the
/// residual, which stays float32.
protocol LayerArithmetic: AnyObject {
    /// What attention reads and writes, and with it the type of `Activations`.
    var element: vectorspool_element { get }

    /// Makes room for what is kept of a whole batch; called only when a batch is larger than all before it.
    ///
    /// - Parameter rows: whole tiles, because products write past the rows that are in use.
    /// - Throws: `EncodingError` of code `.system` when there is no memory.
    func reserve(rows: Int) throws(EncodingError)

    /// The first norm: of what was embedded, in the residual.
    func begin(_ norm: PackedWeights.Norm, rows: Int, _ activations: Activations)

    /// Query, key and value of all rows.
    func project(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError)

    /// What follows attention, tile by tile: its output, residual and norm, then the inner layer, residual and norm.
    func finish(_ layer: PackedWeights.Layer, rows: Int, _ activations: Activations) throws(EncodingError)
}
