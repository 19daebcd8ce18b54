import Platform
import Text

extension NumPyHeader {
    /// The longest header text that NumPy reads, in characters.
    private static let maximumTextLength = 10_000

    /// Parses the header at the start of a `.npy` file.
    ///
    /// It refuses everything that NumPy refuses, and reads the rest or names what is unsupported.
    ///
    /// - Returns: the header, and the offset of the first element.
    /// - Throws: `damaged` for anything that is not the start of a NumPy file; `unsupported` for Fortran order,
    ///   big-endian, structured or other elements, by name.
    package static func parse(_ file: RawSpan) throws(NumPyError) -> (header: NumPyHeader, dataOffset: Int) {
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
            throw NumPyError(
                .unsupported,
                "version \(start[6]).\(start[7]) of the NumPy format is not supported, only 1.0, 2.0 and 3.0")
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

    static func damaged(_ reason: String) -> NumPyError {
        NumPyError(.damaged, "not a whole NumPy file: \(reason)")
    }

    /// The header's text: Latin-1 up to version 2, UTF-8 in version 3.
    private static func characters(_ bytes: [UInt8], version: UInt8) throws(NumPyError) -> [Unicode.Scalar] {
        // A text has at most as many characters as bytes, and in UTF-8 at least a quarter as many.
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

extension NumPyHeader {
    /// Interprets the dictionary of a header; throws as `parse` does.
    static func header(_ literal: PythonLiteral) throws(NumPyError) -> NumPyHeader {
        guard case .dictionary(let pairs) = literal else { throw damaged("its header is not a dictionary") }
        var values: [String: PythonLiteral] = [:]
        for pair in pairs {
            guard case .text(let key) = pair.key, ["descr", "fortran_order", "shape"].contains(key) else {
                throw damaged("its header has an unknown key\(quotation(of: pair.key))")
            }
            // As in Python, the last of equal keys wins.
            values[key] = pair.value
        }
        guard let description = values["descr"], let order = values["fortran_order"], let shape = values["shape"] else {
            throw damaged("its header lacks one of descr, fortran_order and shape")
        }
        guard case .boolean(let isFortranOrder) = order else {
            throw damaged("fortran_order in its header is neither True nor False")
        }
        let header = NumPyHeader(element: try element(description), shape: try lengths(shape))
        // A column, a row, a single number and an empty array are the same in both orders.
        guard !isFortranOrder || header.shape.contains(0) || header.shape.count(where: { $0 > 1 }) <= 1 else {
            throw NumPyError(
                .unsupported,
                "the array is in Fortran order (column after column). Convert in NumPy: numpy.ascontiguousarray(array)")
        }
        return header
    }

    private static func element(_ description: PythonLiteral) throws(NumPyError) -> NumPyElement {
        switch description {
        case .text(let text): return try NumPyElement(description: text)
        // A type without its own axes.
        case .tuple(let parts) where parts.count == 2 && parts[1] == .tuple([]): return try element(parts[0])
        case .list, .tuple:
            throw NumPyError(
                .unsupported, "the array has structured elements; only plain numbers are supported")
        default: throw damaged("descr in its header is not a type")
        }
    }

    private static func lengths(_ shape: PythonLiteral) throws(NumPyError) -> [Int] {
        guard case .tuple(let values) = shape else { throw damaged("the shape in its header is not a tuple") }
        var lengths: [Int] = []
        for value in values {
            guard case .integer(let length) = value, length >= 0 else {
                throw damaged("the shape in its header contains something other than numbers")
            }
            lengths.append(length)
        }
        return lengths
    }

    private static func quotation(of key: PythonLiteral) -> String {
        guard case .text(let text) = key else { return "" }
        return " '\(TerminalText.excerpt(text))'"
    }
}
