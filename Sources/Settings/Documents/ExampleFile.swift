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
        VECTORSPOOL_COMMIT_MAXIMUM_ROWS), and flags override the environment. A key that does not exist or a value that
        does not fit stops the daemon with the place named; `vectorspoold --check-config` says so without starting it.

        After an edit: `systemctl reload vectorspoold`. Keys marked (restart) are read once, when the daemon starts.
        """
    private static let origin = """
        In the source tree it is made from the declarations of the keys (Sources/Settings/Keys). To make it anew:

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
    /// What holds when the key is not given.
    package var defaultText: SettingsText { text(in: DaemonSettings(spool: "", model: "")) }
}
