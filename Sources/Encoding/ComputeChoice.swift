import CKernels

/// The arithmetic that a user asks for: a compute by name, or what suits the machine.
package enum ComputeChoice: Sendable, Hashable {
    /// The fastest that is as good as float32 for searching.
    case automatic
    case named(Compute)

    /// What a user may write: a compute, or `auto`; nil for any other word.
    package init?(word: String) {
        if word == "auto" {
            self = .automatic
        } else if let compute = Compute(rawValue: word) {
            self = .named(compute)
        } else {
            return nil
        }
    }

    /// What `init(word:)` takes, `auto` first.
    package static var words: [String] { ["auto"] + Compute.allCases.map(\.rawValue) }

    /// The compute on this machine.
    package var compute: Compute {
        switch self {
        case .automatic: Self.shortfall == nil ? .bfloat16 : .float32
        case .named(let compute): compute
        }
    }

    /// What to tell whoever chose, where the choice is acted on: why `auto` is only float32 here; nil when there is nothing to say.
    package var note: String? {
        guard self == .automatic, let shortfall = Self.shortfall else { return nil }
        return "compute auto is float32 here, because \(shortfall)"
    }

    /// Why bfloat16 would not be fast here; nil where it is.
    private static let shortfall: String? =
        if vectorspool_has_bfloat16() == 0 {
            "the processor does not multiply bfloat16 (AVX512_BF16)"
        } else if !MatrixEngine.multipliesNarrowInHardware {
            "oneDNN was told to do without the processor's bfloat16 (ONEDNN_MAX_CPU_ISA)"
        } else {
            nil
        }
}
