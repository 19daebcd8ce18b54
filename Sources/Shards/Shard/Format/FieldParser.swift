import Platform
import SystemPackage

/// Parses the fields of a structure in order; a missing field is an error that names the position.
struct FieldParser: ~Escapable {
    private let bytes: RawSpan
    /// The offset of the next field in `bytes`.
    private(set) var offset = 0
    private let path: FilePath
    private let section: String
    private let base: Int

    /// Starts at the beginning of `bytes`, whose offset in the file, `base`, is for messages.
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

    /// Parses a number that must fit `Int` and not exceed `limit`.
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

    /// Skips a field and returns its position.
    mutating func skip(_ count: Int) throws(ShardsError) -> Range<Int> {
        guard count >= 0, count <= bytes.byteCount - offset else { throw cutShort() }
        defer { offset += count }
        return offset..<offset + count
    }

    /// The bytes of a skipped field.
    func bytes(_ range: Range<Int>) throws(ShardsError) -> [UInt8] {
        guard let result = bytes.array(range) else { throw cutShort() }
        return result
    }

    /// Whether a skipped field contains a zero byte.
    func containsZero(_ range: Range<Int>) -> Bool {
        range.contains { bytes.littleEndian(UInt8.self, at: $0) == 0 }
    }

    /// Refuses anything but the expected bytes.
    mutating func expect(_ expected: [UInt8], _ what: String) throws(ShardsError) {
        let start = offset
        guard try bytes(expected.count) == expected else { throw corrupt("not \(what)", at: start) }
    }

    /// Refuses reserved bytes other than zero.
    mutating func expectZeros(_ count: Int) throws(ShardsError) {
        try expect(Array(repeating: 0, count: count), "zeros, as reserved bytes must be")
    }

    /// Parses ASCII text padded with zeros.
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
        corrupt("truncated: \(bytes.byteCount) bytes are too few for the next field")
    }
}
