import Foundation
import NumPy
import Platform
import TestSupport
import Testing

@Suite("Mutants of NumPy files")
struct NumPyMutantTests {
    /// A file that `make_mutants.py` derived from another one, and NumPy's verdict.
    struct Mutant: Decodable, Sendable, CustomTestStringConvertible {
        let base: String
        let splices: [Splice]
        /// `refused`, or type and shape of the array, then `columns` for an array in column order, `axes` for a type
        /// with axes of its own.
        let verdict: String

        struct Splice: Decodable, Sendable {
            let offset: Int
            let removed: Int
            let put: [UInt8]

            init(from decoder: any Decoder) throws {
                var parts = try decoder.unkeyedContainer()
                offset = try parts.decode(Int.self)
                removed = try parts.decode(Int.self)
                let digits = Array(try parts.decode(String.self))
                put = stride(from: 0, to: digits.count, by: 2).compactMap {
                    UInt8(String(digits[$0..<$0 + 2]), radix: 16)
                }
            }
        }

        var testDescription: String { "\(base) \(splices.map { "\($0.offset)" }) \(verdict)" }

        /// The file's bytes.
        func file() throws -> [UInt8] {
            var file = try NumPyFixture("mutants/\(base)", of: "NumPyTests").file
            for splice in splices {
                file.replaceSubrange(splice.offset..<min(splice.offset + splice.removed, file.count), with: splice.put)
            }
            return file
        }

        /// Our result in the words of the verdict.
        static func verdict(on file: [UInt8]) -> (words: String, error: NumPyError?) {
            do throws(NumPyError) {
                let matrix = try NumPyMatrix(file: file.rawSpan)
                let shape = matrix.header.shape.map(String.init).joined(separator: ",")
                return ("\(matrix.header.element.rawValue) (\(shape))", nil)
            } catch {
                return ("refused", error)
            }
        }

        /// Whether we support the array: plain numbers, one axis or two, row order.
        var isReadHere: Bool {
            let words = verdict.split(separator: " ")
            guard words.count == 2, NumPyElement(rawValue: String(words[0])) != nil else { return false }
            return words[1] != "()" && words[1].count { $0 == "," } < 2
        }
    }

    private static func mutants() throws -> [Mutant] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Fixtures/mutants/mutants.jsonl")
        let text = try String(contentsOf: path, encoding: .utf8)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(Mutant.self, from: Data($0.utf8)) }
    }

    @Test("are read or refused as NumPy does")
    func agreement() throws {
        let mutants = try Self.mutants()
        #expect(mutants.count > 1_000)
        #expect(mutants.count { $0.isReadHere } > 200)
        for mutant in mutants {
            let file = try mutant.file()
            let (words, error) = Mutant.verdict(on: file)
            let header = String(decoding: file.prefix(160).map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
            if mutant.isReadHere {
                #expect(words == mutant.verdict, "\(mutant), \(header), \(String(describing: error))")
            } else {
                #expect(error != nil, "\(mutant), \(header)")
                // A file that NumPy reads is not damaged.
                if mutant.verdict != "refused" {
                    #expect(error?.code == .unsupported, "\(mutant), \(header), \(String(describing: error))")
                }
            }
        }
    }

    @Test("The longest header that NumPy reads, and a longer one", arguments: [(10_000, true), (10_001, false)])
    func length(count: Int, isRead: Bool) {
        let text = Array("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3)}".utf8)
        let padding = Array(repeating: UInt8(ascii: " "), count: count - text.count)
        for version in [1, 2, 3] as [UInt8] {
            let length = [UInt8(count & 0xFF), UInt8(count >> 8)] + (version == 1 ? [] : [0, 0])
            let start: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, version, 0]
            let file = start + length + text + padding + Array(repeating: 0, count: 12)
            #expect((Mutant.verdict(on: file).error == nil) == isRead)
        }
    }

    @Test("An unknown key is quoted in part and safely")
    func unknownKey() {
        let text = Array("{'\\x1b\(String(repeating: "x", count: 5_000))': 1}".utf8)
        let length = [UInt8(text.count & 0xFF), UInt8(text.count >> 8)]
        let file: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0] + length + text
        let message = Mutant.verdict(on: file).error?.message ?? ""
        #expect(message.contains("unknown key '\\u{1b}xxx"))
        #expect(message.utf8.count < 250)
    }
}
