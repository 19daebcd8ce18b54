import Platform
import SystemPackage

/// Reads the fields of a structure one after another; whatever is not there is an error that names the place.
struct FieldParser: ~Escapable {
    private let bytes: RawSpan
    /// Offset of the next field in `bytes`.
    private(set) var offset = 0
    private let path: FilePath
    private let section: String
    private let base: Int

    /// - Parameters:
    ///   - base: offset of `bytes` in the file, for messages.
    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, path: FilePath, section: String, at base: Int) {
        self.bytes = bytes
        self.path = path
        self.section = section
        self.base = base
    }

    var isAtEnd: Bool { offset == bytes.byteCount }

    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self
    ) throws(ShardsError) -> Value {
        guard let value = bytes.littleEndian(Value.self, at: offset) else { throw cutShort() }
        offset += MemoryLayout<Value>.size
        return value
    }

    /// A number that must fit into `Int` and stay within `limit`.
    mutating func count<Value: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ type: Value.Type, limit: Int = .max, _ what: String
    ) throws(ShardsError) -> Int {
        let value = try integer(type)
        guard let count = Int(exactly: value), count <= limit else {
            throw corrupt("\(what) \(value) is more than \(limit)")
        }
        return count
    }

    mutating func bytes(_ count: Int) throws(ShardsError) -> [UInt8] {
        guard count >= 0, count <= bytes.byteCount - offset, let result = bytes.array(offset..<offset + count) else {
            throw cutShort()
        }
        offset += count
        return result
    }

    /// Passes over a field.
    ///
    /// - Returns: where it stands.
    mutating func skip(_ count: Int) throws(ShardsError) -> Range<Int> {
        guard count >= 0, count <= bytes.byteCount - offset else { throw cutShort() }
        defer { offset += count }
        return offset..<offset + count
    }

    /// A field that was passed over.
    func bytes(_ range: Range<Int>) throws(ShardsError) -> [UInt8] {
        guard let result = bytes.array(range) else { throw cutShort() }
        return result
    }

    /// Whether a zero byte is in a field that was passed over.
    func containsZero(_ range: Range<Int>) -> Bool {
        range.contains { bytes.littleEndian(UInt8.self, at: $0) == 0 }
    }

    /// Refuses anything but the bytes that belong here.
    mutating func expect(_ expected: [UInt8], _ what: String) throws(ShardsError) {
        let start = offset
        guard try bytes(expected.count) == expected else { throw corrupt("not \(what)", at: start) }
    }

    /// Refuses reserved bytes that are not zero.
    mutating func expectZeros(_ count: Int) throws(ShardsError) {
        try expect(Array(repeating: 0, count: count), "zeros, as reserved bytes must be")
    }

    /// ASCII text padded with zeros.
    mutating func paddedText(_ count: Int) throws(ShardsError) -> String {
        let start = offset
        let field = try bytes(count)
        let text = field.prefix { $0 != 0 }
        guard text.allSatisfy({ (0x20..<0x7F).contains($0) }), field.dropFirst(text.count).allSatisfy({ $0 == 0 })
        else {
            throw corrupt("not ASCII text padded with zeros", at: start)
        }
        return String(decoding: text, as: UTF8.self)
    }

    func corrupt(_ message: String, at place: Int? = nil) -> ShardsError {
        ShardsError(.corrupt, path: path, section: section, offset: base + (place ?? offset), message)
    }

    private func cutShort() -> ShardsError {
        corrupt("cut short: \(bytes.byteCount) bytes do not hold the next field")
    }
}
