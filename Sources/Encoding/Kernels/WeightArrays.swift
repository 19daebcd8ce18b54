/// All arrays that a compute reads besides the word table, by name, in the order in which they are stored.
struct WeightArrays: Sendable {
    private(set) var names: [String] = []
    private var arrays: [String: WeightArray] = [:]

    subscript(name: String) -> WeightArray? { arrays[name] }

    /// Adds an array, or replaces the one of that name.
    mutating func add(_ name: String, _ array: WeightArray) {
        if arrays.updateValue(array, forKey: name) == nil { names.append(name) }
    }

    /// The array called `name`, which must have `byteCount` bytes.
    ///
    /// - Throws: `EncodingError` of code `.malformed`.
    func array(_ name: String, byteCount: Int) throws(EncodingError) -> WeightArray {
        guard let array = arrays[name], array.byteCount == byteCount else {
            let found = arrays[name].map { "has \($0.byteCount)" } ?? "is missing"
            throw EncodingError(.malformed, "of the prepared weights \(name), \(byteCount) bytes, \(found)")
        }
        return array
    }
}
