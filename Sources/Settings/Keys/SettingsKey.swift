/// One key of the configuration, declared once.
///
/// Reading, the check of unknown keys, the example file, the man page, what a reload takes over and the tests of every key
/// all follow from it. The declarations stand in `SettingsKey+….swift`, a section each.
package struct SettingsKey: Sendable {
    /// The section and the name in it: `spool.directory`.
    package let name: String
    /// What may be written, with its bounds.
    package let form: SettingsForm
    /// What it does, for people. An empty line begins a new line; all others are filled anew.
    package let help: String
    /// Names that earlier versions had. They are taken with a warning.
    package let olderNames: [String]
    /// Whether it is read only at the start: a reload says that it differs, and leaves it as it is.
    package let isFixed: Bool
    /// What stands in the example file; nil for the default.
    let example: String?
    /// What holds when it is not given, in words; nil when the default says it.
    let defaultNote: String?

    /// Puts what was given into the settings.
    let write: @Sendable (SettingsText, inout DaemonSettings) throws(SettingsRefusal) -> Void
    /// Takes the value over from other settings.
    let copy: @Sendable (_ from: DaemonSettings, _ to: inout DaemonSettings) -> Void
    /// Whether two settings have the same value.
    package let isEqual: @Sendable (DaemonSettings, DaemonSettings) -> Bool
    private let text: @Sendable (DaemonSettings) -> SettingsText

    /// Declares a key.
    ///
    /// - Parameters:
    ///   - path: where the value lies. What lies there in fresh settings is the default.
    ///   - example: what the example file shows instead of the default.
    ///   - defaultNote: what holds when the key is not given, where the default has no text of its own.
    package init<Value>(
        _ name: String, _ type: SettingsType<Value>,
        _ path: any WritableKeyPath<DaemonSettings, Value> & Sendable, isFixed: Bool = false, example: String? = nil,
        defaultNote: String? = nil, olderNames: [String] = [], help: String
    ) {
        self.name = name
        self.form = type.form
        self.help = help
        self.olderNames = olderNames
        self.isFixed = isFixed
        self.example = example
        self.defaultNote = defaultNote
        write = { (given, settings) throws(SettingsRefusal) in settings[keyPath: path] = try type.read(given) }
        copy = { from, to in to[keyPath: path] = from[keyPath: path] }
        isEqual = { $0[keyPath: path] == $1[keyPath: path] }
        text = { type.text($0[keyPath: path]) }
    }

    /// The value that the settings have, as one would write it.
    package func text(in settings: DaemonSettings) -> SettingsText { text(settings) }

    /// The environment variable that overrides it: `commit.maximumRows` is `VECTORSPOOL_COMMIT_MAXIMUM_ROWS`.
    package var variable: String { Self.variable(for: name) }

    /// The section that it stands in: `spool` of `spool.directory`.
    package var section: String { String(name.prefix { $0 != "." }) }

    /// The name within the section: `directory` of `spool.directory`.
    package var shortName: String { String(name.dropFirst(section.count + 1)) }

    static let variablePrefix = "VECTORSPOOL_"

    static func variable(for name: String) -> String {
        var variable = variablePrefix
        for scalar in name.unicodeScalars {
            if scalar == "." {
                variable += "_"
            } else if scalar.properties.isUppercase {
                variable += "_" + String(scalar)
            } else {
                variable += scalar.properties.uppercaseMapping
            }
        }
        return variable
    }
}

extension SettingsKey: Hashable, CustomStringConvertible {
    package static func == (one: SettingsKey, other: SettingsKey) -> Bool { one.name == other.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    package var description: String { name }
}
