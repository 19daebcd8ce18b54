import Quantization

// A span of an array parameter cannot be passed on, because it would outlive the array.

extension Quantizer {
    mutating func append(_ rows: [Float], to codes: inout [UInt8]) throws(QuantizationError) {
        try append(rows: rows.span, to: &codes)
    }
}

extension RangesCalibrator {
    mutating func add(_ rows: [Float]) throws(QuantizationError) {
        try add(rows: rows.span)
    }
}
