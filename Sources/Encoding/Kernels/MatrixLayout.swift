import COneDNN

/// How oneDNN wants the weights of one shape of product to lie in memory.
///
/// Asked for without compiling anything, so that it is known before weights are packed, and whether weights that were packed
/// earlier still fit.
@safe
final class MatrixLayout: @unchecked Sendable {
    let compute: Compute
    let depth: Int
    let columns: Int
    /// Bytes that packed weights take.
    let byteCount: Int
    /// Describes the layout; without data, never executed with.
    let description: dnnl_memory_t
    // Memory objects refer to it.
    private let engine: MatrixEngine

    /// The layout of `[depth][columns]` weights as products of a full tile read them fastest.
    ///
    /// - Throws: `EncodingError` of code `.system`.
    init(depth: Int, columns: Int, _ compute: Compute, _ engine: MatrixEngine) throws(EncodingError) {
        var description: dnnl_memory_t?
        var byteCount = 0
        let status = unsafe vectorspool_dnn_layout_create(
            engine.handle, &description, &byteCount, ForwardPass.tileRows, depth, columns, compute.matrixType)
        guard status == dnnl_success, let description = unsafe description else {
            throw .oneDNN("lay out weights of \(depth) by \(columns)", status)
        }
        unsafe self.description = description
        self.engine = engine
        self.compute = compute
        self.depth = depth
        self.columns = columns
        self.byteCount = byteCount
    }

    deinit { _ = unsafe dnnl_memory_destroy(description) }

    /// The numbers that tell this layout from any other; nil where oneDNN does not give them.
    var facts: [Int64]? {
        let facts = unsafe vectorspool_dnn_layout_read(description)
        guard facts.count > 0 else { return nil }
        return unsafe withUnsafeBytes(of: facts.numbers) { bytes in
            unsafe Array(bytes.bindMemory(to: Int64.self).prefix(Int(facts.count)))
        }
    }

    /// Packs a Linear layer's weights, row-major `[columns][depth]`: signed bytes for int8, else floats.
    ///
    /// - Throws: `EncodingError` of code `.system`.
    func pack(_ linear: AlignedMemory, on stream: MatrixStream) throws(EncodingError) -> WeightArray {
        let packed = try AlignedMemory(byteCount: byteCount)
        let status = unsafe vectorspool_dnn_layout_pack(
            description, stream.engine.handle, stream.handle, depth, columns, compute.matrixType, linear.start,
            packed.start)
        guard status == dnnl_success else { throw .oneDNN("pack weights", status) }
        return WeightArray(packed, byteCount: byteCount)
    }
}

/// The layouts of all products of a model, and what they depend on.
struct MatrixLayouts: Sendable {
    private struct Shape: Hashable {
        let depth: Int
        let columns: Int
        let compute: Compute
    }

    private var layouts: [Shape: MatrixLayout] = [:]
    // In an order that does not change from run to run.
    private var shapes: [Shape] = []
    let engine: MatrixEngine

    /// Asks oneDNN; well under a millisecond, since nothing is compiled.
    ///
    /// - Throws: `EncodingError` of code `.system`.
    init(_ configuration: ModelConfiguration, _ compute: Compute) throws(EncodingError) {
        engine = try MatrixEngine()
        let (width, inner) = (configuration.width, configuration.innerWidth)
        let products = [
            (width, 3 * width, compute), (width, width, compute), (width, inner, compute),
            (inner, width, compute.floating),
        ]
        for (depth, columns, compute) in products {
            let shape = Shape(depth: depth, columns: columns, compute: compute)
            guard layouts[shape] == nil else { continue }
            layouts[shape] = try MatrixLayout(depth: depth, columns: columns, compute, engine)
            shapes.append(shape)
        }
    }

    /// The layout of a product that the model has.
    func layout(depth: Int, columns: Int, _ compute: Compute) throws(EncodingError) -> MatrixLayout {
        guard let layout = layouts[Shape(depth: depth, columns: columns, compute: compute)] else {
            throw EncodingError(
                .system, "no layout was asked for weights of \(depth) by \(columns) in \(compute.rawValue)")
        }
        return layout
    }

    /// A line for oneDNN and one for each layout: weights that were packed under the same lines can be read under these.
    ///
    /// Nil where oneDNN does not say what a layout is.
    var facts: [String]? {
        guard let version = unsafe dnnl_version() else { return nil }
        let hash = unsafe version.pointee.hash.map { unsafe String(cString: $0) } ?? ""
        let number = unsafe "\(version.pointee.major).\(version.pointee.minor).\(version.pointee.patch)"
        var lines = ["oneDNN \(number) \(hash) instructions \(dnnl_get_effective_cpu_isa().rawValue)"]
        for shape in shapes {
            guard let facts = layouts[shape]?.facts else { return nil }
            lines.append(
                "layout \(shape.depth) \(shape.columns) \(shape.compute.rawValue): "
                    + facts.map(String.init).joined(separator: " "))
        }
        return lines
    }
}
