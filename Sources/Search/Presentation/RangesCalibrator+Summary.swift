import Encoding
package import Quantization

extension RangesCalibrator {
    /// What the ranges were made from, and what is doubtful about them.
    ///
    /// - Parameter noun: what was counted: `passage`, `vector`.
    package func summary(_ ranges: Ranges, noun: String) -> String {
        var text = "ranges of \(Figures.counted(dimension, "dimension")) from \(Figures.counted(count, noun))\n"
        let advised = CalibrationStream.advisedPassages
        if count < advised {
            text +=
                "warning: fewer than \(Figures.grouped(advised)) \(noun)s: values outside these ranges will be clipped; "
                + "calibrate with more, or add --margin 0.1\n"
        }
        let dead = ranges.deadDimensions
        if !dead.isEmpty {
            let numbers = dead.map(String.init).joined(separator: ", ")
            text +=
                "\(Figures.counted(dead.count, "dead dimension")), which say nothing and weigh nothing in a search: "
                + "\(numbers)\n"
        }
        return text
    }
}
