import Encoding
import Inbox
import Indexing
import Ingest
import Logging
import Quantization
import Spool
import SystemPackage

/// Turns the words of the configuration into checked values.
struct ConfigurationValues {
    let places: ConfigurationPlaces
    /// The deciding text of a key; nil when it was not given or is not a single value.
    let text: (ConfigurationKey) -> String?
    let list: (ConfigurationKey) -> [String]?

    func configuration(defaultModel: FilePath?) throws(SettingsError) -> DaemonSettings {
        guard let spool = try path(.spoolDirectory) else {
            throw SettingsError(
                .configuration,
                "no spool is named: give --spool DIR, spool.directory in the configuration, or "
                    + ConfigurationKey.spoolDirectory.variable)
        }
        guard let model = try path(.modelDirectory) ?? defaultModel else {
            throw SettingsError(
                .configuration,
                "no model is named and none is installed: run 'make setup' in the source folder, or name a "
                    + "sentence-transformers folder with --model")
        }
        var result = DaemonSettings(spool: spool, model: model)
        try readSpool(&result.ingest)
        try readIndex(&result.ingest.indexing)
        try checkPlaces(result.ingest)
        try readPassages(&result.ingest.indexing)
        result.ingest.maximumRows = try integer(.maximumRows, 1...1_000_000) ?? result.ingest.maximumRows
        result.ingest.maximumDelay = try seconds(.maximumDelaySeconds, 0.01...3600) ?? result.ingest.maximumDelay
        result.runtimeDirectory = try path(.runtimeDirectory) ?? result.runtimeDirectory
        result.statusInterval = try seconds(.statusSeconds, 0.05...3600) ?? result.statusInterval
        result.logLevel = try word(.logLevel, Logger.Level.allCases) ?? result.logLevel
        result.logFormat = try word(.logFormat, DaemonSettings.LogFormat.allCases) ?? result.logFormat
        return result
    }

    private func readSpool(_ result: inout IngestOptions) throws(SettingsError) {
        result.settle = try seconds(.settleSeconds, 0...86_400) ?? result.settle
        result.rescan = try seconds(.rescanSeconds, 0.1...86_400) ?? result.rescan
        result.keepDoneDays = try integer(.keepDoneDays, 0...36_500) ?? result.keepDoneDays
        result.maximumFileBytes = try integer(.maximumFileBytes, 1...(1 << 32)) ?? result.maximumFileBytes
        let patterns = list(.ignore) ?? text(.ignore).map { [$0] }
        if patterns == nil, places.isGiven(.ignore) { throw wrong(.ignore, "is not a list of patterns") }
        if let patterns {
            result.ignore = IgnorePatterns(patterns.filter { !$0.isEmpty })
        }
    }

    private func readIndex(_ result: inout IndexingOptions) throws(SettingsError) {
        result.indexDirectory = try path(.indexDirectory) ?? result.indexDirectory
        result.precision = try word(.precision, Precision.allCases) ?? result.precision
        result.codes = try word(.codes, IndexingOptions.CodesLayout.allCases) ?? result.codes
        result.ranges = try path(.ranges)
        result.calibrationPassages = try integer(.calibrationPassages, 2...10_000_000) ?? result.calibrationPassages
        result.calibrationMargin = try number(.calibrationMargin, 0...10) ?? result.calibrationMargin
        if let word = try given(.compute) {
            guard let compute = ComputeChoice(word: word) else {
                let words = ComputeChoice.words.joined(separator: ", ")
                throw wrong(.compute, "is '\(word)'; one of \(words) is needed")
            }
            result.compute = compute
        }
        result.workers = try integer(.workers, 0...1024) ?? result.workers
        result.hasWeightsCache = try boolean(.weightsCache) ?? result.hasWeightsCache
    }

    private func readPassages(_ result: inout IndexingOptions) throws(SettingsError) {
        result.passageMode = try word(.passageMode, IndexingOptions.PassageMode.allCases) ?? result.passageMode
        result.targetTokens = try integer(.targetTokens, 8...100_000) ?? result.targetTokens
        result.overlapTokens = try integer(.overlapTokens, 0...100_000) ?? result.overlapTokens
        guard result.overlapTokens < result.targetTokens else {
            throw wrong(.overlapTokens, "is not smaller than passages.targetTokens, \(result.targetTokens)")
        }
    }

    private func given(_ key: ConfigurationKey) throws(SettingsError) -> String? {
        guard let value = text(key) else {
            guard places.isGiven(key) else { return nil }
            throw wrong(key, "is not a single value")
        }
        return value.isEmpty || value == "~" || value == "null" ? nil : value
    }

    /// Refuses an index that the daemon would take for something that was dropped, or would remove.
    private func checkPlaces(_ result: IngestOptions) throws(SettingsError) {
        let index = result.indexing.indexDirectory.lexicallyNormalized()
        let spool = result.spool
        for folder in [spool.inbox, spool.work, spool.retry, spool.failed, spool.done]
        where index.starts(with: folder.lexicallyNormalized()) {
            throw wrong(.indexDirectory, "lies in \(folder), through which files move; name a folder outside")
        }
    }

    private func path(_ key: ConfigurationKey) throws(SettingsError) -> FilePath? {
        guard let text = try given(key) else { return nil }
        guard !text.hasPrefix("~") else {
            throw wrong(key, "is '\(text)'; the home folder is not filled in here, give the whole path")
        }
        return FilePath(text)
    }

    private func integer(_ key: ConfigurationKey, _ range: ClosedRange<Int>) throws(SettingsError) -> Int? {
        guard let text = try given(key) else { return nil }
        guard let value = Int(text.filter { $0 != "_" }), range.contains(value) else {
            throw wrong(key, "is '\(text)'; a whole number from \(range.lowerBound) to \(range.upperBound) is needed")
        }
        return value
    }

    private func boolean(_ key: ConfigurationKey) throws(SettingsError) -> Bool? {
        switch try given(key)?.lowercased() {
        case nil: nil
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0": false
        case let other?: throw wrong(key, "is '\(other)'; true or false is needed")
        }
    }

    private func number(_ key: ConfigurationKey, _ range: ClosedRange<Double>) throws(SettingsError) -> Double? {
        guard let text = try given(key) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            throw wrong(key, "is '\(text)'; a number from \(range.lowerBound) to \(range.upperBound) is needed")
        }
        return value
    }

    private func seconds(_ key: ConfigurationKey, _ range: ClosedRange<Double>) throws(SettingsError) -> Duration? {
        try number(key, range).map { .seconds($0) }
    }

    private func word<Value: RawRepresentable<String>>(
        _ key: ConfigurationKey, _ values: [Value]
    ) throws(SettingsError) -> Value? {
        guard let text = try given(key) else { return nil }
        if let value = Value(rawValue: text) { return value }
        let words = values.map(\.rawValue)
        let guess = ConfigurationKey.nearest(to: text, among: words).map { "; did you mean \($0)?" } ?? ""
        throw wrong(key, "is '\(text)'; one of \(words.joined(separator: ", ")) is needed\(guess)")
    }

    private func wrong(_ key: ConfigurationKey, _ what: String) -> SettingsError {
        SettingsError(.configuration, "\(places.place(of: key)) \(what)")
    }
}
