import COneDNN

/// One linear layer, its weights in oneDNN's own layout: packed once, read by all workers.
@safe
final class PackedLinear: @unchecked Sendable {
    let depth: Int
    let columns: Int
    let weights: AlignedMemory
    let bias: AlignedMemory
    /// Describes the layout; never executed with.
    let layout: dnnl_memory_t

    /// Takes over `layout`, the memory object that the weights were packed with.
    init(depth: Int, columns: Int, weights: AlignedMemory, bias: AlignedMemory, adopting layout: dnnl_memory_t) {
        self.depth = depth
        self.columns = columns
        self.weights = weights
        self.bias = bias
        unsafe self.layout = layout
    }

    deinit { _ = unsafe dnnl_memory_destroy(layout) }
}
