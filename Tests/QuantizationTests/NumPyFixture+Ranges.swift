import Platform
import Quantization
import TestSupport

extension NumPyFixture {
    /// A file that `make_fixtures.py` made.
    init(_ name: String) throws {
        try self.init(name, of: "QuantizationTests")
    }

    func ranges() throws -> Ranges {
        try Ranges(numPyFile: file.rawSpan)
    }
}
