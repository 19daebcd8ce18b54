import Encoding
import Foundation
import Platform
import SystemPackage
import Testing

/// The models of the tests: the default one in the checkout's `.models`, tiny ones beside this file.
enum ModelFixture {
    private static let folder = FilePath(#filePath).removingLastComponent()
    private static let checkout = folder.removingLastComponent().removingLastComponent()

    /// all-MiniLM-L6-v2, as `make setup` fetches it.
    static let defaultModel = checkout.appending(".models").appending("all-MiniLM-L6-v2")

    static func tiny(_ name: String) -> FilePath {
        fixtures.appending("models").appending(name)
    }

    static let fixtures = folder.appending("Fixtures")

    /// A text with the ids of the reference tokenizer.
    struct Text: Decodable {
        let text: String
        let ids: [Int32]
    }

    static func texts(_ file: FilePath) throws -> [Text] {
        try JSONDecoder().decode([Text].self, from: Data(FileContents.read(file)))
    }

    static func textLines(_ file: FilePath) throws -> [Text] {
        try FileContents.read(file).split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Text.self, from: Data($0))
        }
    }

    /// The words of the documents that the demonstration searches.
    static func sampleWords() throws -> [String] {
        let folder = checkout.appending("etc").appending("sample")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.string).sorted()
        return names.flatMap { name -> [String] in
            guard let bytes = try? FileContents.read(folder.appending(name)) else { return [] }
            return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    /// The floats of a version 1 .npy file of any shape.
    static func floats(_ file: FilePath) throws -> [Float] {
        let bytes = try FileContents.read(file)
        let header = bytes.rawSpan.littleEndian(UInt16.self, at: 8)
        let start = 10 + Int(try #require(header))
        return try stride(from: start, to: bytes.count, by: 4).map { offset in
            let bits = bytes.rawSpan.littleEndian(UInt32.self, at: offset)
            return Float(bitPattern: try #require(bits))
        }
    }
}

/// The distance between two sets of vectors.
struct Difference {
    private(set) var largest: Float = 0
    private(set) var leastCosine = 1.0

    init(_ actual: Embeddings, _ expected: [Float]) {
        #expect(actual.values.count == expected.count)
        for row in 0..<actual.count {
            let one = actual[row]
            let other = expected[row * actual.dimension..<(row + 1) * actual.dimension]
            var dot = 0.0
            var lengths = (0.0, 0.0)
            for (a, b) in zip(one, other) {
                // A NaN fails every comparison below.
                largest = abs(a - b) <= largest ? largest : abs(a - b)
                dot += Double(a) * Double(b)
                lengths.0 += Double(a) * Double(a)
                lengths.1 += Double(b) * Double(b)
            }
            leastCosine = min(leastCosine, dot / (lengths.0 * lengths.1).squareRoot())
        }
    }
}
