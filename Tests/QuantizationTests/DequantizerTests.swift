import Quantization
import TestSupport
import Testing

@Suite("Codes as values")
struct DequantizerTests {
    private static func codes(_ values: [Float], _ precision: Precision, _ ranges: Ranges) throws -> [UInt8] {
        var quantizer = try Quantizer(precision: precision, dimension: values.count, ranges: ranges)
        var codes: [UInt8] = []
        try quantizer.append(rows: values.span, to: &codes)
        return codes
    }

    @Test("are what the folded scorer compares a query with", arguments: Precision.allCases, [1, 7, 8, 100])
    func folded(precision: Precision, dimension: Int) throws {
        var generator = SeededGenerator(seed: UInt64(dimension))
        var (minima, maxima) = ([Float](), [Float]())
        for place in 0..<dimension {
            minima.append(-generator.nextNormal().magnitude - 1)
            // A dimension that never changes.
            maxima.append(place == 5 ? minima[place] : generator.nextNormal().magnitude + 1)
        }
        let ranges = try Ranges(minima: minima, maxima: maxima)
        let dequantizer = try Dequantizer(precision, dimension: dimension, ranges: ranges)
        for _ in 0..<20 {
            let query = (0..<dimension).map { _ in generator.nextNormal() }
            let code = try Self.codes((0..<dimension).map { _ in generator.nextNormal() }, precision, ranges)
            let scoring = try ScoringQuery(query.span, precision: precision, ranges: ranges)
            let isSigns = precision == .binary || precision == .ubinary
            let length = isSigns ? Double(dimension).squareRoot() : 1
            let sum = zip(query, dequantizer.values(of: code)).reduce(0) { $0 + Double($1.0) * $1.1 }
            #expect(abs(scoring.scores(of: code)[0] - sum / length) < 5e-3, "\(sum / length)")
        }
    }

    @Test("are the values themselves, or a step or less away")
    func values() throws {
        let values: [Float] = [-0.9, -0.1, 0, 0.25, 0.99]
        let ranges = try Ranges(minima: values.map { _ in -1 }, maxima: values.map { _ in 1 })
        for precision in Precision.allCases {
            let dequantizer = try Dequantizer(precision, dimension: values.count, ranges: ranges)
            let found = dequantizer.values(of: try Self.codes(values, precision, ranges))
            switch precision {
            case .float32: #expect(found == values.map { Double($0) })
            case .int8, .uint8:
                #expect(zip(found, values).allSatisfy { abs($0 - Double($1)) <= 1 / 255 + 1e-6 }, "\(found)")
            case .binary, .ubinary: #expect(found == [-1, -1, -1, 1, 1])
            }
        }
    }

    @Test("need the ranges of the index", arguments: [Precision.int8, .uint8])
    func refused(precision: Precision) throws {
        let ranges = try Ranges(minima: [0, 0], maxima: [1, 1])
        #expect(throws: QuantizationError.self) { try Dequantizer(precision, dimension: 2, ranges: nil) }
        #expect(throws: QuantizationError.self) { try Dequantizer(precision, dimension: 3, ranges: ranges) }
    }
}
