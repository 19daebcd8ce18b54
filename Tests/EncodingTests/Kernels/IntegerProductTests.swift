import CKernels
import Testing

/// The loops between products of bytes: every table against the scalar twin, and the twin against the definition.
@Suite struct IntegerProductTests {
    private static let widths = [1, 7, 16, 40, 384, 385]
    private static let rows = 5

    /// A product with random sums and everything that turns them into numbers.
    private struct Product {
        let columns: Int
        var sums: [Int32]
        var steps: [Float]
        var minima: [Float]
        var scales: [Float]
        var corrections: [Float]
        var bias: [Float]

        init(columns: Int, seed: UInt64) {
            var numbers = Numbers(seed: seed)
            self.columns = columns
            sums = (0..<rows * columns).map { _ in Int32(numbers.next(in: -20000...20000)) }
            steps = (0..<rows).map { _ in numbers.next(in: 0.005...0.02) }
            minima = (0..<rows).map { _ in numbers.next(in: -2...0) }
            scales = (0..<columns).map { _ in numbers.next(in: 0.001...0.01) }
            corrections = (0..<columns).map { _ in numbers.next(in: -1...1) }
            bias = (0..<columns).map { _ in numbers.next(in: -0.5...0.5) }
        }

        /// The number at a place, by the definition.
        func value(_ row: Int, _ column: Int) -> Double {
            Double(sums[row * columns + column]) * Double(steps[row]) * Double(scales[column])
                + Double(minima[row]) * Double(corrections[column]) + Double(bias[column])
        }

        mutating func withC(_ body: (UnsafePointer<vectorspool_integer_product>) -> Void) {
            unsafe steps.withUnsafeMutableBufferPointer { steps in
                unsafe minima.withUnsafeMutableBufferPointer { minima in
                    var product = unsafe vectorspool_integer_product(
                        sums: nil, rows: rows, columns: columns,
                        source: .init(codes: nil, steps: steps.baseAddress, minima: minima.baseAddress),
                        scales: nil, corrections: nil, bias: nil)
                    unsafe sums.withUnsafeBufferPointer { sums in
                        unsafe scales.withUnsafeBufferPointer { scales in
                            unsafe corrections.withUnsafeBufferPointer { corrections in
                                unsafe bias.withUnsafeBufferPointer { bias in
                                    unsafe product.sums = sums.baseAddress
                                    unsafe product.scales = scales.baseAddress
                                    unsafe product.corrections = corrections.baseAddress
                                    unsafe product.bias = bias.baseAddress
                                    unsafe body(&product)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Rows of codes and the numbers that they stand for.
    private struct Coded {
        var codes: [UInt8]
        var steps = [Float](repeating: .nan, count: rows)
        var minima = [Float](repeating: .nan, count: rows)
        var scratch: [Float]

        init(width: Int) {
            // One more than is needed shows a store past the end.
            codes = [UInt8](repeating: 77, count: rows * width + 1)
            scratch = [Float](repeating: 0, count: width)
        }

        mutating func withC(
            _ body: (UnsafePointer<vectorspool_coded_rows>, UnsafeMutablePointer<Float>?) -> Void
        ) {
            unsafe codes.withUnsafeMutableBufferPointer { codes in
                unsafe steps.withUnsafeMutableBufferPointer { steps in
                    unsafe minima.withUnsafeMutableBufferPointer { minima in
                        unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                            var coded = unsafe vectorspool_coded_rows(
                                codes: codes.baseAddress, steps: steps.baseAddress, minima: minima.baseAddress)
                            unsafe body(&coded, scratch.baseAddress)
                        }
                    }
                }
            }
        }

        func value(_ row: Int, _ column: Int, width: Int) -> Double {
            Double(minima[row]) + Double(steps[row]) * Double(codes[row * width + column])
        }

        /// Records an issue unless every number is within half a step (and rounding) of what was coded.
        func check(_ expected: [Double], width: Int, _ comment: Comment) {
            #expect(codes.last == 77, comment)
            for row in 0..<rows {
                for column in 0..<width {
                    let difference = abs(value(row, column, width: width) - expected[row * width + column])
                    #expect(difference <= Double(steps[row]) * 0.51 + 2e-5, comment)
                }
            }
        }
    }

    private static func forEachTable(_ body: (vectorspool_encoder_kernels, Comment) -> Void) {
        for number in unsafe EncoderKernelsTests.tables().indices {
            let table = unsafe EncoderKernelsTests.tables()[number]
            unsafe body(table.pointee, Comment(rawValue: String(cString: table.pointee.name)))
        }
    }

    private static func multiplied(_ values: [Float], _ factors: [Float]) -> [Double] {
        values.indices.map { Double(values[$0]) * Double(factors[$0 % factors.count]) }
    }

    @Test("codes of rows", arguments: widths, [vectorspool_element_float32, vectorspool_element_bfloat16])
    func codeRows(_ width: Int, _ element: vectorspool_element) {
        var numbers = Numbers(seed: UInt64(width))
        let factors = (0..<width).map { _ in numbers.next(in: 0.25...4) }
        let narrow = (0..<Self.rows * width).map { _ in Numbers.bfloat16(numbers.next(in: -3...1)) }
        let floats = narrow.map(Numbers.float)
        unsafe Self.forEachTable { table, name in
            var plain = Coded(width: width)
            var smoothed = Coded(width: width)
            unsafe narrow.withUnsafeBytes { narrow in
                unsafe floats.withUnsafeBytes { floats in
                    let source = unsafe (element == vectorspool_element_bfloat16 ? narrow : floats).baseAddress
                    unsafe plain.withC { unsafe table.code_rows(source, element, nil, Self.rows, width, $1, $0) }
                    unsafe smoothed.withC { unsafe table.code_rows(source, element, factors, Self.rows, width, $1, $0) }
                }
            }
            plain.check(floats.map(Double.init), width: width, name)
            smoothed.check(Self.multiplied(floats, factors), width: width, name)
        }
    }

    @Test("a row of one value is that value")
    func constantRow() {
        let floats = [Float](repeating: -0.75, count: Self.rows * 20)
        unsafe Self.forEachTable { table, name in
            var coded = Coded(width: 20)
            unsafe floats.withUnsafeBytes { floats in
                unsafe coded.withC {
                    unsafe table.code_rows(floats.baseAddress, vectorspool_element_float32, nil, Self.rows, 20, $1, $0)
                }
            }
            #expect(coded.steps.allSatisfy { $0 == 0 } && coded.minima.allSatisfy { $0 == -0.75 }, name)
            #expect(coded.codes.dropLast().allSatisfy { $0 == 0 }, name)
        }
    }

    /// What a loop writes at `element` for a product, as floats; records an issue when it writes past the end.
    private static func written(
        _ product: inout Product, _ element: vectorspool_element, _ comment: Comment,
        _ body: (UnsafePointer<vectorspool_integer_product>, UnsafeMutableRawPointer?) -> Void
    ) -> [Float] {
        let count = rows * product.columns
        // A vector more than is needed shows a store past the end; 0x7777 is a number that no loop makes.
        var narrow = [UInt16](repeating: 0x7777, count: 2 * count + 32)
        unsafe narrow.withUnsafeMutableBytes { values in unsafe product.withC { unsafe body($0, values.baseAddress) } }
        let isNarrow = element == vectorspool_element_bfloat16
        #expect(narrow[(isNarrow ? count : 2 * count)...].allSatisfy { $0 == 0x7777 }, comment)
        guard !isNarrow else { return narrow[..<count].map(Numbers.float) }
        return (0..<count).map { Float(bitPattern: UInt32(narrow[2 * $0]) | UInt32(narrow[2 * $0 + 1]) << 16) }
    }

    @Test("the numbers of a product", arguments: widths, [vectorspool_element_float32, vectorspool_element_bfloat16])
    func finishValues(_ width: Int, _ element: vectorspool_element) {
        var product = Product(columns: width, seed: UInt64(width) + 100)
        let isNarrow = element == vectorspool_element_bfloat16
        unsafe Self.forEachTable { table, name in
            let values = unsafe Self.written(&product, element, name) { unsafe table.finish_values($0, $1, element) }
            for (place, value) in values.enumerated() {
                let expected = product.value(place / width, place % width)
                #expect(abs(Double(value) - expected) <= 1e-5 + (isNarrow ? abs(expected) / 200 : 0), name)
            }
        }
    }

    @Test("GELU of a product", arguments: widths, [vectorspool_element_float32, vectorspool_element_bfloat16])
    func finishGelu(_ width: Int, _ element: vectorspool_element) {
        var product = Product(columns: width, seed: UInt64(width) + 200)
        var expected = (0..<Self.rows * width).map { Float(product.value($0 / width, $0 % width)) }
        let scalar = unsafe EncoderKernelsTests.tables()[0].pointee
        unsafe expected.withUnsafeMutableBufferPointer {
            unsafe scalar.gelu($0.baseAddress, $0.count, vectorspool_element_float32)
        }
        let isNarrow = element == vectorspool_element_bfloat16
        unsafe Self.forEachTable { table, name in
            let values = unsafe Self.written(&product, element, name) { unsafe table.finish_gelu($0, $1, element) }
            for (actual, expected) in zip(values, expected) {
                #expect(abs(actual - expected) <= 2e-5 + (isNarrow ? abs(expected) / 200 : 0), name)
            }
        }
    }

    @Test("residual and layer norm of a product, as codes", arguments: widths)
    func finishNorm(_ width: Int) {
        var product = Product(columns: width, seed: UInt64(width) + 300)
        var numbers = Numbers(seed: UInt64(width) + 400)
        let residual = (0..<Self.rows * width).map { _ in numbers.next(in: -3...3) }
        let gain = (0..<width).map { _ in numbers.next(in: 0.5...1.5) }
        let offset = (0..<width).map { _ in numbers.next(in: -1...1) }
        let factors = (0..<width).map { _ in numbers.next(in: 0.25...4) }
        let sums = (0..<Self.rows * width).map { Float(product.value($0 / width, $0 % width)) }
        var expected = residual
        let scalar = unsafe EncoderKernelsTests.tables()[0].pointee
        unsafe expected.withUnsafeMutableBufferPointer {
            unsafe scalar.add_and_normalize($0.baseAddress, sums, gain, offset, 1e-3, Self.rows, width, nil)
        }
        unsafe Self.forEachTable { table, name in
            var coded = Coded(width: width)
            var normalized = residual
            unsafe normalized.withUnsafeMutableBufferPointer { normalized in
                unsafe coded.withC { coded, scratch in
                    unsafe product.withC {
                        unsafe table.finish_norm(
                            $0, normalized.baseAddress, gain, offset, 1e-3, factors, scratch, coded)
                    }
                }
            }
            #expect(zip(normalized, expected).allSatisfy { abs($0 - $1) <= 2e-4 }, name)
            coded.check(Self.multiplied(normalized, factors), width: width, name)

            // As the forward pass does it: the codes go where those came from that were multiplied.
            var inPlace = product
            var again = residual
            var codes = coded
            unsafe again.withUnsafeMutableBufferPointer { again in
                unsafe codes.withC { separate, scratch in
                    unsafe inPlace.withC { product in
                        var shared = unsafe product.pointee.source
                        unsafe shared.codes = separate.pointee.codes
                        unsafe table.finish_norm(
                            product, again.baseAddress, gain, offset, 1e-3, factors, scratch, &shared)
                    }
                }
            }
            #expect(again == normalized && codes.codes == coded.codes, name)
            #expect(inPlace.steps == coded.steps && inPlace.minima == coded.minima, name)
        }
    }
}
