extension RawSpan {
    /// Returns the bytes of a range.
    package func copiedBytes(_ range: Range<Int>) -> [UInt8] {
        copied(UInt8.self, range, from: 0, placeholder: 0)
    }

    /// Returns little-endian floats, aligned or not, in a range counted in elements from `offset`.
    package func copiedFloats(_ range: Range<Int>, from offset: Int) -> [Float] {
        copied(UInt32.self, range, from: offset, placeholder: 0).map { Float(bitPattern: UInt32(littleEndian: $0)) }
    }

    /// Returns little-endian doubles, aligned or not, in a range counted in elements from `offset`.
    package func copiedDoubles(_ range: Range<Int>, from offset: Int) -> [Double] {
        copied(UInt64.self, range, from: offset, placeholder: 0).map { Double(bitPattern: UInt64(littleEndian: $0)) }
    }

    /// Returns little-endian half floats as floats, aligned or not, in a range counted in elements from `offset`.
    package func copiedHalves(_ range: Range<Int>, from offset: Int) -> [Float] {
        copied(UInt16.self, range, from: offset, placeholder: 0).map { bits in
            Float(Float16(bitPattern: UInt16(littleEndian: bits)))
        }
    }

    private func copied<Element: BitwiseCopyable>(
        _ type: Element.Type, _ range: Range<Int>, from offset: Int, placeholder: Element
    ) -> [Element] {
        let size = MemoryLayout<Element>.size
        let source = extracting(offset + range.lowerBound * size..<offset + range.upperBound * size)
        var elements = Array(repeating: placeholder, count: range.count)
        unsafe elements.withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { bytes in unsafe target.copyMemory(from: bytes) }
        }
        return elements
    }
}
