/// The header of a NumPy `.npy` file: element type and shape.
///
/// The format is NumPy's (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): the bytes 93 4E 55
/// 4D 50 59, a major and a minor version, the little-endian length of the text (16 bits in version 1, 32 bits in 2 and
/// 3), and the text. The text is a Python dictionary literal with the keys `descr`, `fortran_order` and `shape`. Spaces
/// and a newline at its end align the elements to a multiple of 64. This module reads only row-major little-endian
/// arrays and writes version 1.
package struct NumPyHeader: Equatable, Sendable {
    static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

    /// The type of the elements.
    package let element: NumPyElement
    /// The length of each axis, outermost first; empty for a single number.
    package let shape: [Int]

    /// Describes an array for writing.
    package init(element: NumPyElement, shape: [Int]) {
        self.element = element
        self.shape = shape
    }

    /// The shape as Python writes a tuple.
    package var shapeText: String {
        switch shape.count {
        case 0: "()"
        case 1: "(\(shape[0]),)"
        default: "(" + shape.map(String.init).joined(separator: ", ") + ")"
        }
    }

    /// The size of all elements in bytes, or nil when NumPy finds the shape too large.
    ///
    /// NumPy refuses the shape even for an empty array whose other axes have more bytes than an `Int` can count.
    package var byteCount: Int? {
        var product = element.byteCount
        for length in shape where length > 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            guard !overflow else { return nil }
            product = next
        }
        return shape.contains(0) ? 0 : product
    }

    /// Returns the bytes that `numpy.save` (NumPy 1.24 and later) writes before the elements of such an array.
    package func serialized() -> [UInt8] {
        var text = "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': \(shapeText), }"
        if let outermost = shape.first {
            // NumPy leaves room for the outermost axis to grow in place to 21 digits.
            text += String(repeating: " ", count: max(0, 21 - String(outermost).count))
        }
        // 6 bytes of magic, 2 of version, 2 of length, and the newline; there is always some padding, even when none is
        // needed.
        let unpadded = Self.magic.count + 4 + text.utf8.count + 1
        text += String(repeating: " ", count: 64 - unpadded % 64) + "\n"
        let length = text.utf8.count
        return Self.magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8 & 0xFF)] + Array(text.utf8)
    }
}
