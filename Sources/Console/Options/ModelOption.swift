public import ArgumentParser
import Encoding
import Quantization
import Search
import Settings
public import SystemPackage

/// The model that encodes.
struct ModelOption: ParsableArguments {
    @Option(
        name: .customLong("model"),
        help: ArgumentHelp(
            "The folder of the sentence-transformers model.",
            discussion: "Default: $VECTORSPOOL_MODEL, else the installed all-MiniLM-L6-v2.",
            valueName: "folder"))
    var folder: FilePath?

    @Flag(
        name: .customLong("no-weights-cache"),
        help: ArgumentHelp(
            "Prepare the weights again without reading or writing the cache.",
            discussion: "The cache is $VECTORSPOOL_CACHE, or vectorspool in $XDG_CACHE_HOME or ~/.cache."))
    var isCacheOff = false

    /// The cache for prepared weights; nil for none.
    var cache: WeightsCache? { isCacheOff ? nil : .standard }

    /// The given folder, else that of a configuration, else the installed one.
    func path(configured: FilePath? = nil) throws -> FilePath {
        guard let path = folder ?? configured ?? InstalledFiles.current.model else {
            throw ConsoleError(.missingInput, InstalledFiles.missingModelAdvice)
        }
        return path
    }
}

extension FilePath: @retroactive ExpressibleByArgument {
    /// Accepts any name as a path, see `TypedArguments`.
    public init?(argument: String) {
        self = TypedArguments.current.path(argument)
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

    /// The note as a line for standard error; empty when there is none.
    var line: String { note.map { "\($0)\n" } ?? "" }
}

extension SearchOptions.Mode: ExpressibleByArgument {}
