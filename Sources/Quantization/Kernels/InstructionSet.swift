import CKernels

/// Which version of the SIMD loops runs; all give the same result, bit for bit.
package enum InstructionSet: UInt32, CaseIterable, Sendable {
    /// Plain C.
    case scalar
    /// AVX2 and POPCNT.
    case avx2
    /// AVX-512 F, BW, VL, VNNI and VPOPCNTDQ: Intel from Ice Lake, AMD from Zen 4.
    case avx512

    /// The widest that this computer runs.
    package static let best = InstructionSet(rawValue: vs_best_instruction_set().rawValue) ?? .scalar

    /// Those that this computer runs, for tests that compare them.
    package static var available: [InstructionSet] {
        allCases.filter { $0.rawValue <= best.rawValue }
    }

    var kernel: vs_instruction_set {
        vs_instruction_set(rawValue: rawValue)
    }
}
