import Quantization
import Testing

/// VECTORSPOOL_KERNELS chooses the loops of the encoder and of the scan.
@Suite("Choosing scan loops")
struct ScanKernelsTests {
    private let names = ScanKernels.available.map(\.name)

    @Test("The scalar loops come first")
    func scalarComesFirst() {
        #expect(names.first == "scalar")
        #expect(Set(names).count == names.count)
    }

    @Test("A word chooses the loops of that name")
    func namesAreWords() {
        for name in names {
            #expect(ScanKernels.allowed(by: name).name == name)
        }
    }

    @Test("A word that only the encoder knows chooses the best loops before it")
    func encoderWords() {
        let beforeAVX2 = names.filter { ["scalar", "neon"].contains($0) }.last
        #expect(ScanKernels.allowed(by: "vector128").name == beforeAVX2)
        #expect(ScanKernels.allowed(by: "avx512bf16").name == names.last)
    }

    @Test("An unknown word changes nothing", arguments: ["", "best", "AVX2"])
    func unknownWords(_ word: String) {
        #expect(ScanKernels.allowed(by: word).name == names.last)
    }
}
