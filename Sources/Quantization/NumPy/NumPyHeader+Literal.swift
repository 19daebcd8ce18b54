import Text

extension NumPyHeader {
    /// What the dictionary of a header says.
    ///
    /// - Throws: as `parse`.
    static func header(_ literal: PythonLiteral) throws(QuantizationError) -> NumPyHeader {
        guard case .dictionary(let pairs) = literal else { throw damaged("its header is not a dictionary") }
        var values: [String: PythonLiteral] = [:]
        for pair in pairs {
            guard case .text(let key) = pair.key, ["descr", "fortran_order", "shape"].contains(key) else {
                throw damaged("its header has an unknown key\(quotation(of: pair.key))")
            }
            // As in Python, the last of equal keys counts.
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
            throw QuantizationError(
                .unsupportedArray,
                "the array is in Fortran order (column after column). Convert in NumPy: numpy.ascontiguousarray(array)")
        }
        return header
    }

    private static func element(_ description: PythonLiteral) throws(QuantizationError) -> NumPyElement {
        switch description {
        case .text(let text): return try NumPyElement(description: text)
        // A type without axes of its own.
        case .tuple(let parts) where parts.count == 2 && parts[1] == .tuple([]): return try element(parts[0])
        case .list, .tuple:
            throw QuantizationError(
                .unsupportedArray, "the array has structured elements; only plain numbers are read here")
        default: throw damaged("descr in its header is no type")
        }
    }

    private static func lengths(_ shape: PythonLiteral) throws(QuantizationError) -> [Int] {
        guard case .tuple(let values) = shape else { throw damaged("the shape in its header is no tuple") }
        var lengths: [Int] = []
        for value in values {
            guard case .integer(let length) = value, length >= 0 else {
                throw damaged("the shape in its header is not made of numbers")
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
