package import Quantization

extension Quantizer {
    /// Above this share of clipped values, the ranges do not fit the text.
    package static let worryingShare = 0.01

    /// A line that warns of ranges that do not fit; empty where they do.
    package var clippingNote: String { Self.clippingNote(share: clippedShare) }

    /// A line that warns of ranges that do not fit; empty where they do.
    package static func clippingNote(share: Double) -> String {
        guard share > worryingShare else { return "" }
        return
            "warning: \(Figures.percent(share)) of the values lie outside the ranges; calibrate with texts like these\n"
    }
}
