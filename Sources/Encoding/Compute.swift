import CKernels

/// The arithmetic of the matrix products; sums, softmax, layer norm and pooling are always float32.
package enum Compute: String, Sendable, CaseIterable {
    /// The same vectors as sentence-transformers, to 1e-5.
    case float32
    /// Products of bfloat16: cosine above 0.9999 to float32's vectors, at twice the speed on processors that support
    /// it.
    case bfloat16
    /// Products of bytes, with activations coded per token, except for the product after GELU.
    ///
    /// It needs an index of its own. Its vectors are close to float32's (mean cosine above 0.999), and it is faster
    /// than bfloat16. It is used only when a user asks for it by name.
    case int8

    /// `bfloat16` where the hardware multiplies it, else `float32`.
    package static var automatic: Compute { ComputeChoice.automatic.compute }
}

/// The user's choice of arithmetic: a compute by name, or the best one for the machine.
package enum ComputeChoice: Sendable, Hashable {
    /// The fastest compute whose search results are as good as float32's.
    case automatic
    case named(Compute)

    /// Parses a compute or `auto`; nil for any other word.
    package init?(word: String) {
        if word == "auto" {
            self = .automatic
        } else if let compute = Compute(rawValue: word) {
            self = .named(compute)
        } else {
            return nil
        }
    }

    /// The words that `init(word:)` accepts, `auto` first.
    package static var words: [String] { ["auto"] + Compute.allCases.map(\.rawValue) }

    /// The compute on this machine.
    package var compute: Compute {
        switch self {
        case .automatic: Self.shortfall == nil ? .bfloat16 : .float32
        case .named(let compute): compute
        }
    }

    /// Why `auto` is only float32 here, for a message where the choice takes effect; nil when there is nothing to say.
    package var note: String? {
        guard self == .automatic, let shortfall = Self.shortfall else { return nil }
        return "compute auto is float32 here, because \(shortfall)"
    }

    /// Why bfloat16 would not be fast here; nil where it is.
    private static let shortfall: String? =
        if vectorspool_has_bfloat16() == 0 {
            "the processor has no bfloat16 multiplication (AVX512_BF16)"
        } else if !MatrixEngine.multipliesNarrowInHardware {
            "ONEDNN_MAX_CPU_ISA keeps oneDNN from using the processor's bfloat16"
        } else {
            nil
        }
}

extension Compute {
    /// Whether this machine can compute it, even slowly.
    package var isSupported: Bool {
        switch self {
        case .float32: true
        case .bfloat16:
            MatrixEngine.multipliesNarrowInHardware || (try? MatrixEngine())?.supportsNarrow ?? false
        case .int8: MatrixEngine.multipliesBytesExactly
        }
    }

    /// The arithmetic of the parts that do not use bytes: attention, and for int8 the product after GELU.
    var floating: Compute {
        guard self == .int8 else { return self }
        return MatrixEngine.multipliesNarrowInHardware && vectorspool_has_bfloat16() != 0 ? .bfloat16 : .float32
    }

    /// The computes that this machine supports.
    package static var supported: [Compute] { allCases.filter(\.isSupported) }
}
