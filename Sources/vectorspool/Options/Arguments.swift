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

extension ComputeChoice: ExpressibleByArgument {
    init?(argument: String) {
        self.init(word: argument)
    }

    static var allValueStrings: [String] { words }
    var defaultValueDescription: String { self == .automatic ? "auto" : compute.rawValue }

    /// The note as a line for standard error; empty where there is none.
    var line: String { note.map { "\($0)\n" } ?? "" }
}
