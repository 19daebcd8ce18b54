extension RawSpan {
    /// The integer stored little-endian at `offset`, or nil when it reaches past the end.
    ///
    /// Offsets come from files, so a wrong one returns nil instead of trapping. Alignment does not matter. Inlined, because other
    /// modules read numbers one by one, and a call through generics costs more than the reading.
    @inlinable
    package func littleEndian<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type = Value.self, at offset: Int
    ) -> Value? {
        guard offset >= 0, offset <= byteCount - MemoryLayout<Value>.size else { return nil }
        return unsafe Value(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// The bytes of `range` as an array, or nil when the range reaches past the end.
    package func array(_ range: Range<Int>) -> [UInt8]? {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else { return nil }
        return unsafe extracting(range).withUnsafeBytes { unsafe Array($0) }
    }
}

extension Array where Element == UInt8 {
    /// Appends the bytes of a range of a span, which must have them.
    package mutating func append(_ span: RawSpan, _ range: Range<Int>) {
        unsafe span.extracting(range).withUnsafeBytes { unsafe append(contentsOf: $0) }
    }

    /// Appends an integer in little-endian order.
    package mutating func append(littleEndian value: some FixedWidthInteger) {
        var rest = value.littleEndian
        unsafe Swift.withUnsafeBytes(of: &rest) { unsafe append(contentsOf: $0) }
    }
}

extension Array where Element: BitwiseCopyable {
    /// The elements' memory as bytes, without a copy.
    ///
    /// Use it only for element types without padding, such as integers and Float. `Span.bytes` counts as not
    /// memory-safe, because other types may have padding.
    package var rawSpan: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            let bytes = unsafe span.bytes
            return unsafe _overrideLifetime(bytes, borrowing: self)
        }
    }
}
