public import ArgumentParser
import Encoding
import Quantization
public import SystemPackage

extension FilePath: @retroactive ExpressibleByArgument {
    /// Takes any text for a path.
    public init?(argument: String) {
        self.init(argument)
    }
}

extension Precision: ExpressibleByArgument {}

extension Scorer: ExpressibleByArgument {}

extension Compute: ExpressibleByArgument {
    init?(argument: String) {
        self.init(word: argument)
    }

    static var allValueStrings: [String] { ["auto"] + allCases.map(\.rawValue) }
}
