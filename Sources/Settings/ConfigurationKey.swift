import Encoding

/// Every key that the configuration knows; anything else is a mistake that is named.
package enum ConfigurationKey: String, Sendable, CaseIterable {
    case spoolDirectory = "spool.directory"
    case settleSeconds = "spool.settleSeconds"
    case rescanSeconds = "spool.rescanSeconds"
    case keepDoneDays = "spool.keepDoneDays"
    case maximumFileBytes = "spool.maximumFileBytes"
    case ignore = "spool.ignore"
    case indexDirectory = "index.directory"
    case precision = "index.precision"
    case codes = "index.codes"
    case ranges = "index.ranges"
    case calibrationPassages = "index.calibrationPassages"
    case calibrationMargin = "index.calibrationMargin"
    case modelDirectory = "model.directory"
    case compute = "model.compute"
    case workers = "model.workers"
    case weightsCache = "model.weightsCache"
    case passageMode = "passages.mode"
    case targetTokens = "passages.targetTokens"
    case overlapTokens = "passages.overlapTokens"
    case maximumRows = "commit.maximumRows"
    case maximumDelaySeconds = "commit.maximumDelaySeconds"
    case runtimeDirectory = "runtime.directory"
    case statusSeconds = "runtime.statusSeconds"
    case logLevel = "log.level"
    case logFormat = "log.format"

    /// The environment variable that overrides it: `commit.maximumRows` is `VECTORSPOOL_COMMIT_MAXIMUM_ROWS`.
    package var variable: String {
        var name = Self.variablePrefix
        for scalar in rawValue.unicodeScalars {
            if scalar == "." {
                name += "_"
            } else if scalar.properties.isUppercase {
                name += "_" + String(scalar)
            } else {
                name += scalar.properties.uppercaseMapping
            }
        }
        return name
    }

    static let variablePrefix = "VECTORSPOOL_"
    /// Variables with our prefix that are not keys: the model for the tools that take one, the folder of the cache, and a
    /// lesser instruction set for the loops of CKernels.
    static let otherVariables: Set<String> = [
        InstalledFiles.modelVariable, WeightsCache.variable, "VECTORSPOOL_KERNELS",
    ]

    /// The known word most like `word`, when it is like enough to be what was meant.
    static func nearest(to word: String, among words: [String]) -> String? {
        let candidates = words.map { ($0, EditDistance.between(word.lowercased(), $0.lowercased())) }
        guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(2, word.count / 3) else { return nil }
        return best.0
    }
}

/// How many characters must be inserted, removed or replaced to turn one word into another (Levenshtein, 1965).
enum EditDistance {
    static func between(_ first: String, _ second: String) -> Int {
        let first = Array(first.unicodeScalars)
        let second = Array(second.unicodeScalars)
        var row = Array(0...second.count)
        for (line, one) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let replaced = diagonal + (one == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
