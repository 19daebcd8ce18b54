package import Encoding
package import Quantization

extension QuantizeStream.Report {
    /// What was done, and warnings: as sentence-transformers, ranges of under 100 vectors are pointed out.
    package func summary(_ precision: Precision) -> String {
        var text = "wrote \(shape) \(precision.rawValue), \(Figures.grouped(bytes)) bytes\n"
        if isSelfCalibrated, rows < 100 {
            text +=
                "warning: the ranges come from these \(Figures.counted(rows, "vector")) alone; "
                + "calibrate with at least \(Figures.grouped(CalibrationStream.advisedPassages)) passages\n"
        }
        return text + Quantizer.clippingNote(share: clippedShare)
    }
}
