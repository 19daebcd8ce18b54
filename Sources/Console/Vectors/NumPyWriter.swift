package import NumPy
package import Platform
package import Quantization
package import SystemPackage

/// Writes a NumPy array row by row, in memory that does not grow; it appears under its name, or on standard output, when it is
/// whole.
///
/// The number of rows is not known at the start, so the header is written twice: NumPy leaves room in it for the outermost
/// axis to grow, which makes both versions equally long.
package struct NumPyWriter: ~Copyable {
    /// Where the rows gather until there are all.
    private enum Gathering: ~Copyable {
        case file(PendingFile)
        case output(UnnamedFile)
    }

    private let gathering: Gathering
    private let element: NumPyElement
    private let columns: Int

    /// Begins an array of shape (rows, `columns`); the path `-` stands for standard output.
    ///
    /// - Throws: `PlatformError` when it cannot be created.
    package init(_ path: FilePath, element: NumPyElement, columns: Int) throws(PlatformError) {
        gathering = try Self.begin(path, NumPyHeader(element: element, shape: [0, columns]))
        self.element = element
        self.columns = columns
    }

    private static func begin(_ path: FilePath, _ header: NumPyHeader) throws(PlatformError) -> Gathering {
        guard path == "-" else {
            let file = try PendingFile(path)
            try file.write(header.serialized().rawSpan)
            return .file(file)
        }
        let file = try UnnamedFile()
        try file.write(header.serialized().rawSpan)
        return .output(file)
    }

    /// Begins a file of vectors of `dimension` at a precision.
    package init(_ path: FilePath, precision: Precision, dimension: Int) throws(PlatformError) {
        let element: NumPyElement =
            switch precision {
            case .float32: .float32
            case .int8, .binary: .int8
            case .uint8, .ubinary: .uint8
            }
        let bytes = precision.bytesPerRow(dimension: dimension)
        try self.init(path, element: element, columns: bytes / element.byteCount)
    }

    /// Appends the elements of whole rows.
    package borrowing func append(_ rows: [UInt8]) throws(PlatformError) {
        switch gathering {
        case .file(let file): try file.write(rows.rawSpan)
        case .output(let file): try file.write(rows.rawSpan)
        }
    }

    /// Writes the number of rows into the header and publishes the array.
    package consuming func finish(rows: Int) throws(PlatformError) {
        let header = NumPyHeader(element: element, shape: [rows, columns]).serialized()
        switch consume gathering {
        case .file(let file):
            try file.overwrite(header.rawSpan, at: 0)
            try file.publish()
        case .output(let file):
            try file.overwrite(header.rawSpan, at: 0)
            try file.send(to: .output)
        }
    }
}
