import NumPy
import Platform
import TestSupport
import Testing

@Suite("NumPy files")
struct NumPyTests {
    @Test(
        "Arrays that are not read are refused by name",
        arguments: zip(
            ["fortran", "big-endian", "structured", "integers", "number", "three-axes"],
            ["Fortran order", "'>f4' are big-endian", "structured", "'<i8'", "shape ()", "shape (1, 2, 3)"]))
    func unsupportedArrays(name: String, reason: String) throws {
        let error = #expect(throws: NumPyError.self) { try NumPyFixture("headers/\(name)", of: "NumPyTests").matrix() }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    }

    @Test("Versions 2 and 3 are read", arguments: [2, 3])
    func laterVersions(version: Int) throws {
        let fixture = try NumPyFixture("headers/version-\(version)", of: "NumPyTests")
        #expect(try fixture.matrix().header == NumPyHeader(element: .float32, shape: [2, 3]))
        #expect(try fixture.floats() == [0, 1, 2, 3, 4, 5])
    }

    @Test("Codes are not embeddings")
    func codesAreRefused() throws {
        let error = #expect(throws: NumPyError.self) { try NumPyFixture("headers/bytes", of: "NumPyTests").floats() }
        #expect(error?.message.contains("not codes") == true)
    }

    @Test("A file cut anywhere is refused, never read beyond its end")
    func truncation() throws {
        let file = try NumPyFixture("dimension-7/embeddings", of: "QuantizationTests").file
        for length in 0..<file.count {
            let error = #expect(throws: NumPyError.self) {
                try NumPyMatrix(file: Array(file[..<length]).rawSpan)
            }
            #expect(error?.code == .damaged, "\(length) bytes")
        }
    }

    @Test("A header with any byte changed is read or refused, never a crash", arguments: [11, 12, 13] as [UInt64])
    func mutation(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let file = try NumPyFixture("dimension-7/embeddings", of: "QuantizationTests").file
        var refused = 0
        for _ in 0..<2_000 {
            var damaged = file
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                damaged[Int.random(in: 0..<128, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            do throws(NumPyError) {
                let matrix = try NumPyMatrix(file: damaged.rawSpan)
                _ = try matrix.floats(rows: 0..<matrix.rowCount, of: damaged.rawSpan)
                _ = matrix.header.serialized()
            } catch {
                refused += 1
            }
        }
        #expect(refused > 500, "\(generator)")
    }

    @Test(
        "Shapes too large for the file or for an Int are refused",
        arguments: [
            "(9, 8)", "(9223372036854775807, 9223372036854775807)", "(4611686018427387904, 7)",
            "(99999999999999999999,)",
        ])
    func hugeShapes(shape: String) throws {
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }\n"
        let start: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(text.utf8.count), 0]
        let file = start + Array(text.utf8) + Array(repeating: 0, count: 252)
        let error = #expect(throws: NumPyError.self) { try NumPyMatrix(file: file.rawSpan) }
        #expect(error?.code == .damaged)
    }

    @Test("Keys may come in any order, quotes and spaces as Python allows")
    func otherSpelling() throws {
        let text = "{ \"shape\": (1,3) , 'fortran_order':False,'descr':\"<f4\"}"
        let file: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
        let parsed = try NumPyHeader.parse(file.rawSpan)
        #expect(parsed.header == NumPyHeader(element: .float32, shape: [1, 3]))
        #expect(parsed.dataOffset == file.count)
    }

    @Test(
        "Headers are written as numpy.save writes them",
        arguments: [
            ("NumPyTests", "headers/number"), ("NumPyTests", "headers/three-axes"), ("NumPyTests", "headers/bytes"),
            ("QuantizationTests", "no-rows/ubinary"), ("QuantizationTests", "one-axis/binary"),
            ("QuantizationTests", "edges/int8"),
        ])
    func serialization(tests: String, name: String) throws {
        let fixture = try NumPyFixture(name, of: tests)
        let (header, dataOffset) = try NumPyHeader.parse(fixture.file.rawSpan)
        #expect(header.serialized() == Array(fixture.file[..<dataOffset]))
    }
}
