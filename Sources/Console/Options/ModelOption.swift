public import ArgumentParser
import Encoding
import Quantization
import Settings
public import SystemPackage

/// Which model encodes.
struct ModelOption: ParsableArguments {
    @Option(
        name: .customLong("model"),
        help: ArgumentHelp(
            "The folder of the sentence-transformers model.",
            discussion: "Without it: $VECTORSPOOL_MODEL, else the all-MiniLM-L6-v2 that was installed.",
            valueName: "folder"))
    var folder: FilePath?

    @Flag(
        name: .customLong("no-weights-cache"),
        help: ArgumentHelp(
            "Prepare the weights anew and keep nothing.",
            discussion: "Else: $VECTORSPOOL_CACHE, or vectorspool in $XDG_CACHE_HOME or ~/.cache."))
    var isCacheOff = false

    /// Where prepared weights are kept; nil for nowhere.
    var cache: WeightsCache? { isCacheOff ? nil : .standard }

    /// The folder named, or the installed one.
    func path() throws -> FilePath {
        guard let path = folder ?? InstalledFiles.current.model else {
            throw ConsoleError(.missingInput, InstalledFiles.missingModelAdvice)
        }
        return path
    }
}

/// Which index is looked at.
struct IndexOption: ParsableArguments {
    @Option(name: .customLong("index"), help: ArgumentHelp("The index directory.", valueName: "folder"))
    var directory: FilePath
}

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
