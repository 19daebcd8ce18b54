package import NumPy
import Platform
import SystemPackage

/// The bytes of a NumPy file in the fixtures of a test target.
package struct NumPyFixture {
    package let file: [UInt8]

    /// Reads `Tests/<tests>/Fixtures/<name>.npy`.
    package init(_ name: String, of tests: String) throws {
        let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        file = try FileContents.read(folder.pushing(FilePath("\(tests)/Fixtures/\(name).npy")))
    }

    /// The array, parsed by our reader.
    package func matrix() throws -> NumPyMatrix {
        try NumPyMatrix(file: file.rawSpan)
    }

    /// All elements as floats.
    package func floats() throws -> [Float] {
        let matrix = try matrix()
        return try matrix.floats(rows: 0..<matrix.rowCount, of: file.rawSpan)
    }

    /// All elements as doubles.
    package func doubles() throws -> [Double] {
        let matrix = try matrix()
        return try matrix.doubles(rows: 0..<matrix.rowCount, of: file.rawSpan)
    }

    /// The bytes of the elements.
    package func elements() throws -> [UInt8] {
        Array(file[try matrix().dataOffset...])
    }
}
