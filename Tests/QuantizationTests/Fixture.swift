import Foundation
import Platform
import Quantization
import Testing

/// A NumPy file that `make_fixtures.py` made, as its bytes.
struct Fixture {
    let file: [UInt8]

    init(_ name: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        let path = folder.appendingPathComponent(name + ".npy").path
        file = try #require(FileManager.default.contents(atPath: path).map { Array($0) }, "no fixture \(path)")
    }

    /// The array, read here.
    func matrix() throws -> NumPyMatrix {
        try NumPyMatrix(file: file.rawSpan)
    }

    /// All elements as floats.
    func floats() throws -> [Float] {
        let matrix = try matrix()
        return try matrix.floats(rows: 0..<matrix.rowCount, of: file.rawSpan)
    }

    /// All elements as doubles.
    func doubles() throws -> [Double] {
        let matrix = try matrix()
        return try matrix.doubles(rows: 0..<matrix.rowCount, of: file.rawSpan)
    }

    /// The bytes of the elements.
    func elements() throws -> [UInt8] {
        Array(file[try matrix().dataOffset...])
    }

    func ranges() throws -> Ranges {
        try Ranges(numPyFile: file.rawSpan)
    }
}
