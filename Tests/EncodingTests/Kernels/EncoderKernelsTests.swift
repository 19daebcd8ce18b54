import CKernels
import Testing

/// Every table that this processor can run computes what the scalar twin computes.
@Suite struct EncoderKernelsTests {
    static func tables() -> [UnsafePointer<vectorspool_encoder_kernels>] {
        var list: UnsafePointer<UnsafePointer<vectorspool_encoder_kernels>?>?
        let count = unsafe vectorspool_encoder_kernels_all(&list)
        return unsafe (0..<count).compactMap { unsafe list?[$0] }
    }

    @Test func scalarComesFirst() {
        let names = unsafe Self.tables().map { unsafe String(cString: $0.pointee.name) }
        #expect(names.count >= 2)
        #expect(names.first == "scalar")
    }

    @Test("a word for VECTORSPOOL_KERNELS chooses the table of that name, an unknown one leaves the choice")
    func wordsChoose() {
        let names = unsafe Self.tables().map { unsafe String(cString: $0.pointee.name) }
        func chosen(_ word: String?) -> String {
            unsafe String(cString: vectorspool_encoder_kernels_for(word).pointee.name)
        }
        for name in names { #expect(chosen(name) == name) }
        for word in ["neon", "vector128"] { #expect(chosen(word) == names[1]) }
        for word in ["", "AVX2", nil] { #expect(chosen(word) == names.last) }
    }

    @Test("sums of rows are exact", arguments: [1, 7, 40, 384, 385])
    func sumsOfRows(_ width: Int) {
        let rows = 5
        var numbers = Numbers(seed: UInt64(width))
        let words = (0..<rows * width).map { _ in numbers.next(in: -3...3) }
        let positions = (0..<rows * width).map { _ in numbers.next(in: -3...3) }
        for number in unsafe Self.tables().indices {
            let table = unsafe Self.tables()[number].pointee
            // One more than is needed shows a store past the end.
            var sum = [Float](repeating: 77, count: rows * width + 1)
            unsafe sum.withUnsafeMutableBufferPointer {
                unsafe table.add_rows($0.baseAddress, words, positions, rows * width)
            }
            #expect(sum == zip(words, positions).map { $0 + $1 } + [77])
            var pooled = [Float](repeating: 1, count: width + 1)
            unsafe pooled.withUnsafeMutableBufferPointer {
                unsafe table.accumulate_rows($0.baseAddress, words, rows, width)
            }
            let expected = (0..<width).map { column in
                (0..<rows).reduce(Float(1)) { $0 + words[$1 * width + column] }
            }
            #expect(pooled == expected + [1])
        }
    }

    @Test(
        "attention",
        arguments: [(1, 1, 8), (2, 3, 16), (7, 2, 32), (16, 1, 32), (33, 2, 20), (64, 1, 64), (255, 2, 32)],
        [vectorspool_element_float32, vectorspool_element_bfloat16])
    func attention(_ shape: (tokens: Int, heads: Int, width: Int), _ element: vectorspool_element) {
        let seed = UInt64(shape.tokens * 1000 + shape.width)
        var numbers = Numbers(seed: seed)
        let width = shape.heads * shape.width
        let floats = (0..<shape.tokens * 3 * width).map { _ in numbers.next(in: -1.5...1.5) }
        let isNarrow = element == vectorspool_element_bfloat16
        let scratch = UnsafeMutableRawPointer.allocate(
            byteCount: vectorspool_attention_scratch(shape.tokens, shape.width), alignment: 64)
        defer { unsafe scratch.deallocate() }
        let results = unsafe Self.tables().map { table in
            // Odd memory around the result shows a store past the end.
            var wide = [Float](repeating: 77, count: shape.tokens * width + 8)
            var narrow = [UInt16](repeating: 0x4242, count: shape.tokens * width + 8)
            if isNarrow {
                let source = floats.map(Numbers.bfloat16)
                unsafe source.withUnsafeBytes { source in
                    unsafe narrow.withUnsafeMutableBytes { result in
                        var call = unsafe vectorspool_attention(
                            projected: source.baseAddress, result: result.baseAddress, tokens: shape.tokens,
                            heads: shape.heads, head_width: shape.width, element: element, scratch: scratch)
                        unsafe table.pointee.attention(&call)
                    }
                }
                #expect(narrow.suffix(8).allSatisfy { $0 == 0x4242 })
                return narrow.dropLast(8).map { Float(bitPattern: UInt32($0) << 16) }
            }
            unsafe floats.withUnsafeBytes { source in
                unsafe wide.withUnsafeMutableBytes { result in
                    var call = unsafe vectorspool_attention(
                        projected: source.baseAddress, result: result.baseAddress, tokens: shape.tokens,
                        heads: shape.heads, head_width: shape.width, element: element, scratch: scratch)
                    unsafe table.pointee.attention(&call)
                }
            }
            #expect(wide.suffix(8).allSatisfy { $0 == 77 })
            return Array(wide.dropLast(8))
        }
        // bfloat16 results may differ by one unit of their last place.
        // Scores reach 25 here, and exp turns their last digits into the result's fifth.
        let tolerance: Float = isNarrow ? 0.01 : 1e-5
        for result in results.dropFirst() {
            let largest = zip(result, results[0]).map { abs($0 - $1) }.max() ?? .nan
            #expect(largest <= tolerance, "seed \(seed)")
        }
    }

    @Test("exact GELU, absolute error at most 1e-6")
    func gelu() {
        // Every eighth of a thousandth from -12 to 12, and the ends of the range of floats.
        let inputs =
            stride(from: Float(-12), through: 12, by: 0.000125).map { $0 } + [0, -0.0, 1e-30, -1e30, 1e30, 3.0e38]
        let results = unsafe Self.tables().map { table in
            var values = inputs
            unsafe values.withUnsafeMutableBufferPointer {
                unsafe table.pointee.gelu($0.baseAddress, inputs.count, vectorspool_element_float32)
            }
            return values
        }
        for result in results.dropFirst() {
            for (input, (value, expected)) in zip(inputs, zip(result, results[0]))
            where value != expected && !(abs(value - expected) <= 1e-6 * max(1, abs(expected))) {
                Issue.record("gelu(\(input)) = \(value), expected \(expected)")
            }
        }
    }

    @Test("GELU of bfloat16 is float32's, rounded, but for a unit of the last place")
    func narrowGelu() {
        let inputs = stride(from: Float(-7), through: 7, by: 0.001).map { Numbers.bfloat16($0) }
        for number in unsafe Self.tables().indices {
            let table = unsafe Self.tables()[number]
            var narrow = inputs
            var wide = inputs.map(Numbers.float)
            unsafe narrow.withUnsafeMutableBufferPointer {
                unsafe table.pointee.gelu($0.baseAddress, inputs.count, vectorspool_element_bfloat16)
            }
            unsafe wide.withUnsafeMutableBufferPointer {
                unsafe table.pointee.gelu($0.baseAddress, inputs.count, vectorspool_element_float32)
            }
            for (value, expected) in zip(narrow, wide) {
                #expect(abs(Numbers.float(value) - expected) <= max(abs(expected) / 128, 1e-6))
            }
        }
    }

    @Test("a table that is named for an instruction uses it")
    func pairsAreUsed() {
        var numbers = Numbers(seed: 20)
        let source = (0..<40 * 3 * 64).map { _ in Numbers.bfloat16(numbers.next(in: -1.5...1.5)) }
        var results: [String: [UInt16]] = [:]
        for number in unsafe Self.tables().indices {
            let table = unsafe Self.tables()[number]
            var result = [UInt16](repeating: 0, count: 40 * 64)
            let scratch = UnsafeMutableRawPointer.allocate(
                byteCount: vectorspool_attention_scratch(40, 32), alignment: 64)
            defer { unsafe scratch.deallocate() }
            unsafe source.withUnsafeBytes { source in
                unsafe result.withUnsafeMutableBytes { result in
                    var call = unsafe vectorspool_attention(
                        projected: source.baseAddress, result: result.baseAddress, tokens: 40, heads: 2,
                        head_width: 32, element: vectorspool_element_bfloat16, scratch: scratch)
                    unsafe table.pointee.attention(&call)
                }
            }
            results[unsafe String(cString: table.pointee.name)] = result
        }
        // Pairs of bfloat16 weights round where the float loops do not, so some last digits must differ.
        guard let pairs = results["avx512bf16"] else { return }
        #expect(pairs != results["avx512"])
    }

    @Test("residual, layer norm and their bfloat16 copy", arguments: [1, 7, 40, 384, 385])
    func addAndNormalize(_ width: Int) {
        let rows = 5
        var numbers = Numbers(seed: UInt64(width))
        let residual = (0..<rows * width).map { _ in numbers.next(in: -3...3) }
        let product = (0..<rows * width).map { _ in numbers.next(in: -3...3) }
        let gain = (0..<width).map { _ in numbers.next(in: 0.5...1.5) }
        let offset = (0..<width).map { _ in numbers.next(in: -1...1) }
        let results = unsafe Self.tables().map { table in
            var values = residual
            var typed = [UInt16](repeating: 0, count: rows * width)
            unsafe values.withUnsafeMutableBufferPointer { values in
                unsafe typed.withUnsafeMutableBufferPointer { typed in
                    unsafe table.pointee.add_and_normalize(
                        values.baseAddress, product, gain, offset, 1e-12, rows, width, typed.baseAddress)
                }
            }
            #expect(typed == values.map(Numbers.bfloat16))
            return values
        }
        for result in results.dropFirst() {
            #expect(zip(result, results[0]).allSatisfy { abs($0 - $1) <= 1e-5 }, "width \(width)")
        }
    }
}
