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
        var lines = [engine.name]
        for shape in shapes {
            guard let facts = layouts[shape]?.facts else { return nil }
            lines.append(
                "layout \(shape.depth) \(shape.columns) \(shape.compute.rawValue): "
                    + facts.map(String.init).joined(separator: " "))
        }
        return lines
    }
}
