import SystemPackage

/// The example of a configuration: every key with its help and its default.
struct ExampleFile {
    let catalogue: SettingsCatalogue

    private static let width = 120
    private static let header = """
        VectorSpool's configuration: every key, with its default unless a comment says otherwise.
        """
    private static let rules = """
        The environment overrides this file (spool.directory is VECTORSPOOL_SPOOL_DIRECTORY, commit.maximumRows is
        VECTORSPOOL_COMMIT_MAXIMUM_ROWS), and flags override the environment. An unknown key or an invalid value stops
        the daemon, and the message names its place; `vectorspoold --check-config` checks the file without starting it.

        After an edit: `systemctl reload vectorspoold`. Keys marked (restart) are read once, when the daemon starts.
        """
    private static let origin = """
        In the source tree this file is generated from the declarations of the keys (Sources/Settings/Keys):

        `vectorspoold --print-config example > etc/vectorspool.yaml`
        """

    var text: String {
        var lines = comment(Self.header, indent: "") + ["#"] + comment(Self.rules, indent: "") + ["#"]
        lines += comment(Self.origin, indent: "")
        for section in catalogue.sectionNames {
            lines += ["", "\(section):"]
            for key in catalogue.keys(of: section) {
                lines += comment(key.isFixed ? key.help + " (restart)" : key.help, indent: "  ")
                lines += value(of: key)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func comment(_ text: String, indent: String) -> [String] {
        FilledText.lines(text, width: Self.width - indent.count - 2).map { "\(indent)# \($0)" }
    }

    private func value(of key: SettingsKey) -> [String] {
        switch key.example.map(SettingsText.one) ?? key.defaultText {
        case .one(let text): ["  \(key.shortName): \(text.isEmpty ? "\"\"" : text)"]
        case .list(let texts): ["  \(key.shortName):"] + texts.map { "    - \"\($0)\"" }
        }
    }
}

extension SettingsKey {
    /// The default, for a key that is not given.
    package var defaultText: SettingsText { text(in: DaemonSettings(spool: "", model: "")) }
}
