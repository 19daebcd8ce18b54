extension NumPyHeader {
    /// The longest text that NumPy reads, in characters.
    private static let maximumTextLength = 10_000

    /// Reads the header at the start of a `.npy` file: what NumPy refuses is refused, and what it reads is read or refused by name.
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
        switch (start[6], start[7]) {
        case (1, 0): (lengthBytes, offset) = (start[8..<10], 10)
        case (2, 0), (3, 0):
            guard start.count == 12 else { throw damaged("it ends within its header") }
            (lengthBytes, offset) = (start[8..<12], 12)
        default:
            throw QuantizationError(
                .unsupportedArray,
                "version \(start[6]).\(start[7]) of the NumPy format is not read here, only 1.0, 2.0 and 3.0")
        }
        let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= file.byteCount - offset else { throw damaged("it ends within its header") }
        let text = try characters(file.copiedBytes(offset..<offset + length), version: start[6])
        var parser = PythonLiteralParser(text, takesLongNumbers: start[6] < 3)
        let literal: PythonLiteral
        do throws(PythonLiteral.Failure) {
            literal = try parser.literal()
        } catch {
            throw damaged("its header is not the dictionary that NumPy writes")
        }
        return (try header(literal), offset + length)
    }

    static func damaged(_ reason: String) -> QuantizationError {
        QuantizationError(.damagedArray, "not a whole NumPy file: \(reason)")
    }

    /// The header's text: Latin-1 up to version 2, UTF-8 in version 3.
    private static func characters(_ bytes: [UInt8], version: UInt8) throws(QuantizationError) -> [Unicode.Scalar] {
        // No text has more characters than bytes, and none of UTF-8 fewer than a quarter.
        guard bytes.count <= 4 * maximumTextLength else { throw damaged("its header is longer than NumPy reads") }
        guard
            let text = version < 3
                ? bytes.map({ Unicode.Scalar($0) })
                : String(validating: bytes, as: UTF8.self).map({ Array($0.unicodeScalars) })
        else { throw damaged("its header is not UTF-8") }
        guard text.count <= maximumTextLength else { throw damaged("its header is longer than NumPy reads") }
        return text
    }
}
