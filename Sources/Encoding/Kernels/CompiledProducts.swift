/// The compiled products of one worker, made when they are first needed, and the scratch memory that they share.
@safe
final class CompiledProducts {
    private let stream: MatrixStream
    private var products: [MatrixProduct.Shape: MatrixProduct] = [:]
    private var scratch: AlignedMemory

    /// Must be called on the worker's own thread; see `MatrixStream`.
    init(_ engine: MatrixEngine) throws(EncodingError) {
        stream = try MatrixStream(engine)
        scratch = try AlignedMemory(byteCount: 0)
    }

    /// Multiplies a tile's rows with a layer's weights; source and destination have `tile.bucket` rows.
    func multiply(
        _ source: UnsafeRawPointer, _ linear: PackedLinear, _ result: UnsafeMutableRawPointer, _ tile: Tile,
        _ destination: MatrixProduct.Destination
    ) throws(EncodingError) {
        let shape = MatrixProduct.Shape(
            rows: tile.bucket, depth: linear.depth, columns: linear.columns, compute: linear.layout.compute,
            destination: destination)
        let product: MatrixProduct
        if let known = products[shape] {
            product = known
        } else {
            product = try MatrixProduct(shape, reading: linear.layout, on: stream)
            if product.scratchByteCount > scratch.byteCount {
                scratch = try AlignedMemory(byteCount: product.scratchByteCount)
            }
            products[shape] = product
        }
        try unsafe product(source, linear, result, scratch: scratch.start)
    }
}

/// Rows that go through the products together, so that what lies between two products is still in the second-level cache.
struct Tile {
    /// The tile's first row.
    let first: Int
    /// Its rows.
    let count: Int
    /// The rows of the product that holds it: products are compiled for a fixed number of rows.
    let bucket: Int

    /// Products are compiled for multiples of this.
    private static let step = 16

    /// Calls `body` with the tiles of `rows` rows; `limit` is the number of rows of a full tile, a multiple of 16.
    static func forEach(
        of rows: Int, limit: Int, _ body: (Tile) throws(EncodingError) -> Void
    ) throws(EncodingError) {
        for first in stride(from: 0, to: rows, by: limit) {
            let count = min(limit, rows - first)
            try body(Tile(first: first, count: count, bucket: (count + step - 1) / step * step))
        }
    }
}
