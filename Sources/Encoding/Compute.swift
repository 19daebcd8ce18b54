import CKernels

/// The arithmetic of the matrix products; sums, softmax, layer norm and pooling are float32 in every one.
package enum Compute: String, Sendable, CaseIterable {
    /// The same vectors as sentence-transformers, to 1e-5.
    case float32
    /// Products of bfloat16: cosine above 0.9999 to float32's vectors, at twice the speed where the processor has it.
    case bfloat16
    /// Products of bytes, activations coded token by token, but for the one after GELU: another index, close to float32's
    /// (mean cosine above 0.999), and faster than bfloat16; for those who ask for it by name.
    case int8

    /// `bfloat16` where it is multiplied in hardware, else `float32`.
    package static var automatic: Compute { ComputeChoice.automatic.compute }
}

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

extension Compute {
    /// Whether this machine can compute it, be it slowly.
    package var isSupported: Bool {
        switch self {
        case .float32: true
        case .bfloat16:
            MatrixEngine.multipliesNarrowInHardware || (try? MatrixEngine())?.supportsNarrow ?? false
        case .int8: MatrixEngine.multipliesBytesExactly
        }
    }

    /// The arithmetic of what a compute does not do with bytes: attention, and for int8 the product after GELU.
    var floating: Compute {
        guard self == .int8 else { return self }
        return MatrixEngine.multipliesNarrowInHardware && vectorspool_has_bfloat16() != 0 ? .bfloat16 : .float32
    }

    /// The computes of this machine.
    package static var supported: [Compute] { allCases.filter(\.isSupported) }
}
