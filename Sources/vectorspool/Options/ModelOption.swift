import ArgumentParser
import Encoding
import SystemPackage

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
            throw EncodingError(.missingFile, InstalledFiles.missingModelAdvice)
        }
        return path
    }
}
