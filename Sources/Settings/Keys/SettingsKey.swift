/// One key of the configuration, declared once.
///
/// The declaration drives reading, the check for unknown keys, the example file, the manual page, reloading and the
/// tests of every key. The declarations are in `SettingsKey+….swift`, one file for each
/// or a few sections.
package struct SettingsKey: Sendable {
    /// The section and the name in it, such as `spool.directory`.
    package let name: String
    /// The form of its values, with bounds.
    package let form: SettingsForm
    /// The help for people, in which an empty line begins a new line and all other lines are filled again.
    package let help: String
    /// The names in earlier versions, which are accepted with a warning.
    package let olderNames: [String]
    /// Whether it is read only at the start; a reload then reports a difference without applying it.
    package let isFixed: Bool
    /// The value in the example file; nil for the default.
    let example: String?
    /// The default in words; nil when the default speaks for itself.
    let defaultNote: String?

    /// Stores a written value in the settings.
    let write: @Sendable (SettingsText, inout DaemonSettings) throws(SettingsRefusal) -> Void
    /// Copies the value from other settings.
    let copy: @Sendable (_ from: DaemonSettings, _ to: inout DaemonSettings) -> Void
    /// Whether two settings have the same value.
    package let isEqual: @Sendable (DaemonSettings, DaemonSettings) -> Bool
    private let text: @Sendable (DaemonSettings) -> SettingsText

    /// Declares a key.
    ///
    /// `path` leads to the value, whose default is that of fresh settings. `example` replaces the default in the
    /// example file. `defaultNote` describes a default without a text of its own.
    package init<Value>(
        _ name: String, type: SettingsType<Value>,
        path: any WritableKeyPath<DaemonSettings, Value> & Sendable, isFixed: Bool = false, example: String? = nil,
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

    /// The value in the settings, as a user would write it.
    package func text(in settings: DaemonSettings) -> SettingsText { text(settings) }

    /// The environment variable that overrides it, such as `VECTORSPOOL_COMMIT_MAXIMUM_ROWS` for `commit.maximumRows`.
    package var variable: String { Self.variable(for: name) }

    /// The section, such as `spool` of `spool.directory`.
    package var section: String { String(name.prefix { $0 != "." }) }

    /// The name within the section, such as `directory` of `spool.directory`.
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
