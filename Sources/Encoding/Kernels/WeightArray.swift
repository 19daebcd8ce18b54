import Platform

/// Numbers of the model that are only read, aligned to 64 bytes: memory of this process, or a piece of a mapped file.
@safe
final class WeightArray: @unchecked Sendable {
    let start: UnsafeRawPointer
    /// Bytes that belong to the array; the memory reaches on to a multiple of 64.
    let byteCount: Int
    // Kept for as long as anybody reads: one of the two holds the memory.
    private let memory: AlignedMemory?
    private let mapping: SharedMapping?

    /// The first `byteCount` bytes of memory that nobody writes to any more.
    init(_ memory: AlignedMemory, byteCount: Int) {
        precondition(byteCount <= memory.byteCount)
        unsafe start = UnsafeRawPointer(memory.start)
        self.byteCount = byteCount
        self.memory = memory
        mapping = nil
    }

    /// A piece of a mapped file; nil when it reaches past the end or does not begin at a multiple of 64.
    init?(_ mapping: SharedMapping, _ range: Range<Int>) {
        guard range.lowerBound >= 0, range.upperBound <= mapping.byteCount, range.lowerBound.isMultiple(of: 64),
            let base = unsafe mapping.bytes.withUnsafeBytes({ $0.baseAddress })
        else { return nil }
        unsafe start = base + range.lowerBound
        byteCount = range.count
        memory = nil
        self.mapping = mapping
    }

    /// The memory as elements of one type.
    func elements<Element: BitwiseCopyable>(_ type: Element.Type) -> UnsafePointer<Element> {
        unsafe start.assumingMemoryBound(to: type)
    }

    /// Calls `body` with the array's bytes.
    func withBytes<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
        try body(unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: start, count: byteCount)))
    }
}

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
