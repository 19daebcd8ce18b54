/// Reads the Python dictionary literal in a NumPy header: exactly the three keys that the format has, in any order.
struct NumPyHeaderScanner {
    private let text: [UInt8]
    private var position = 0

    init(text: [UInt8]) {
        self.text = text
    }

    /// Reads the whole text.
    mutating func header() throws(QuantizationError) -> NumPyHeader {
        var element: NumPyElement?
        var shape: [Int]?
        var isFortranOrder: Bool?
        try expect("{")
        while !take("}") {
            let key = try quoted()
            try expect(":")
            switch key {
            case "descr": element = try description()
            case "fortran_order": isFortranOrder = try boolean()
            case "shape": shape = try tuple()
            default: throw NumPyHeader.damaged("its header has an unknown key '\(key)'")
            }
            guard take(",") else {
                try expect("}")
                break
            }
        }
        guard let element, let shape, let isFortranOrder else {
            throw NumPyHeader.damaged("its header lacks one of descr, fortran_order and shape")
        }
        // A column, a row or a single number is the same in both orders, but NumPy then writes False.
        guard !isFortranOrder else {
            throw QuantizationError(
                .unsupportedArray,
                "the array is in Fortran order (column after column). Convert in NumPy: numpy.ascontiguousarray(array)")
        }
        return NumPyHeader(element: element, shape: shape)
    }

    private mutating func description() throws(QuantizationError) -> NumPyElement {
        guard !take("[") else {
            throw QuantizationError(
                .unsupportedArray, "the array has structured elements; only plain numbers are read here")
        }
        return try NumPyElement(description: quoted())
    }

    private mutating func boolean() throws(QuantizationError) -> Bool {
        for (word, value) in [("True", true), ("False", false)] {
            skipSpaces()
            if text[position...].starts(with: word.utf8) {
                position += word.utf8.count
                return value
            }
        }
        throw NumPyHeader.damaged("fortran_order in its header is neither True nor False")
    }

    private mutating func tuple() throws(QuantizationError) -> [Int] {
        var lengths: [Int] = []
        try expect("(")
        while !take(")") {
            lengths.append(try number())
            guard take(",") else {
                try expect(")")
                break
            }
        }
        return lengths
    }

    private mutating func number() throws(QuantizationError) -> Int {
        skipSpaces()
        let digits = text[position...].prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard let value = Int(String(decoding: digits, as: UTF8.self)) else {
            throw NumPyHeader.damaged("the shape in its header is not made of numbers")
        }
        position += digits.count
        return value
    }

    private mutating func quoted() throws(QuantizationError) -> String {
        skipSpaces()
        let quotes = [UInt8(ascii: "'"), UInt8(ascii: "\"")]
        guard position < text.count, quotes.contains(text[position]),
            let end = text[(position + 1)...].firstIndex(of: text[position])
        else {
            throw NumPyHeader.damaged("its header is not the dictionary that NumPy writes")
        }
        let content = text[(position + 1)..<end]
        position = end + 1
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func skipSpaces() {
        while position < text.count, [UInt8(ascii: " "), UInt8(ascii: "\n")].contains(text[position]) {
            position += 1
        }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpaces()
        guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(QuantizationError) {
        guard take(character) else {
            throw NumPyHeader.damaged("its header is not the dictionary that NumPy writes")
        }
    }
}
