extension NumPyHeader {
    /// Reads the header at the start of a `.npy` file.
    ///
    /// - Returns: The header, and the offset of the first element.
    /// - Throws: `damagedArray` for anything that is not the start of a NumPy file; `unsupportedArray` for Fortran order, big-endian,
    ///   structured or other elements, by name.
    package static func parse(_ file: RawSpan) throws(QuantizationError) -> (header: NumPyHeader, dataOffset: Int) {
        let start = file.copiedBytes(0..<min(file.byteCount, 12))
        guard start.starts(with: magic) else {
            throw damaged("it does not begin with NumPy's signature. Write it with numpy.save")
        }
        guard start.count >= 10 else { throw damaged("it ends within its header") }
        let (lengthBytes, offset): (ArraySlice<UInt8>, Int)
        switch start[6] {
        case 1: (lengthBytes, offset) = (start[8..<10], 10)
        case 2, 3:
            guard start.count == 12 else { throw damaged("it ends within its header") }
            (lengthBytes, offset) = (start[8..<12], 12)
        default:
            throw QuantizationError(
                .unsupportedArray, "version \(start[6]).\(start[7]) of the NumPy format is not read here, only 1 to 3")
        }
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= file.byteCount - offset else { throw damaged("it ends within its header") }
        var scanner = NumPyHeaderScanner(text: file.copiedBytes(offset..<offset + length))
        return (try scanner.header(), offset + length)
    }

    static func damaged(_ reason: String) -> QuantizationError {
        QuantizationError(.damagedArray, "not a whole NumPy file: \(reason)")
    }
}
