/// The element types of NumPy files that are read and written here; the raw values are NumPy's `descr`.
package enum NumPyElement: String, CaseIterable, Sendable {
    case float16 = "<f2"
    case float32 = "<f4"
    case float64 = "<f8"
    case int8 = "|i1"
    case uint8 = "|u1"

    /// The bytes of one element.
    package var byteCount: Int {
        switch self {
        case .int8, .uint8: 1
        case .float16: 2
        case .float32: 4
        case .float64: 8
        }
    }

    /// Reads a `descr`, or says why it is not read.
    init(description: String) throws(QuantizationError) {
        if let element = NumPyElement(rawValue: description) {
            self = element
            return
        }
        if description.hasPrefix(">") {
            throw QuantizationError(
                .unsupportedArray,
                "elements of type '\(description)' are big-endian. Convert in NumPy: "
                    + "array.astype(array.dtype.newbyteorder('<'))")
        }
        throw QuantizationError(
            .unsupportedArray,
            "elements of type '\(description)' are not read here, only float16, float32, float64, int8 and uint8, "
                + "little-endian. Convert in NumPy: array.astype('float32')")
    }
}
