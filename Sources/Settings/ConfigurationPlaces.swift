import Platform
import SystemPackage

/// Where each key was given, for messages that name the place.
struct ConfigurationPlaces {
    private let source: ConfigurationSource
    private let outline: YAMLOutline

    init(_ source: ConfigurationSource) throws(SettingsError) {
        self.source = source
        guard let file = source.file else {
            outline = YAMLOutline("")
            return
        }
        do throws(PlatformError) {
            outline = YAMLOutline(String(decoding: try FileContents.read(file, limit: 1 << 20), as: UTF8.self))
        } catch {
            throw SettingsError(
                .configuration, "the configuration cannot be read: \(error); name another one with --config",
                cause: error)
        }
    }

    /// Whether the file has no keys at all.
    var isFileEmpty: Bool { outline.keys.isEmpty }

    /// Whether anybody gave the key.
    func isGiven(_ key: ConfigurationKey) -> Bool {
        source.flags[key] != nil || source.environment[key.variable] != nil || outline.line(of: key.rawValue) != nil
    }

    /// The place that decides a key's value.
    func place(of key: ConfigurationKey) -> String {
        if source.flags[key] != nil { return "on the command line: \(key.rawValue)" }
        if source.environment[key.variable] != nil { return "in the environment: \(key.variable)" }
        let line = outline.line(of: key.rawValue).map { ":\($0)" } ?? ""
        return "\(source.file?.string ?? "the configuration")\(line): \(key.rawValue)"
    }

    /// Refuses keys and variables that nobody knows: most are misspelt, and would be ignored for ever.
    func checkNames() throws(SettingsError) {
        let known = ConfigurationKey.allCases.map(\.rawValue)
        let sections = Set(known.compactMap { $0.split(separator: ".").first.map(String.init) })
        for key in outline.keys where !known.contains(key.path) {
            if sections.contains(key.path) { continue }
            // The section has been named already.
            let parent = key.path.split(separator: ".").dropLast().joined(separator: ".")
            if !parent.isEmpty, !sections.contains(parent) { continue }
            let words = key.path.contains(".") ? known : Array(sections) + known
            throw unknown("\(source.file?.string ?? ""):\(key.line): unknown key \(key.path)", key.path, words)
        }
        let variables = ConfigurationKey.allCases.map(\.variable)
        for name in source.environment.keys.sorted()
        where !variables.contains(name) && !ConfigurationKey.otherVariables.contains(name) {
            throw unknown("in the environment: unknown variable \(name)", name, variables)
        }
    }

    private func unknown(_ what: String, _ word: String, _ words: [String]) -> SettingsError {
        let guess = ConfigurationKey.nearest(to: word, among: words).map { "; did you mean \($0)?" } ?? ""
        return SettingsError(.configuration, what + guess)
    }
}
