import Platform
package import SystemPackage

/// The files that hold the configuration when no option names one.
package struct ConfigurationPlaces: Sendable {
    /// The environment variable that names the file.
    package static let variable = SettingsKey.variablePrefix + "CONFIG"
    /// The name of the file in every place.
    static let fileName = "vectorspool.yaml"

    private let environment: [String: String]
    private let system: FilePath

    /// Reads the places from an environment; `system` is the folder of the machine's own configuration.
    package init(environment: [String: String], system: FilePath = "/etc") {
        self.environment = environment
        self.system = system
    }

    /// The places of this process.
    package static var current: ConfigurationPlaces {
        let names = [variable, spoolVariable, "XDG_CONFIG_HOME", "HOME"]
        let values = names.compactMap { name in CurrentProcess.environment(name).map { (name, $0) } }
        return ConfigurationPlaces(environment: Dictionary(values) { first, _ in first })
    }

    /// The file that the environment names; nil when it names none.
    ///
    /// It is returned even if it does not exist, so the user learns of a wrong name.
    package var chosen: FilePath? {
        value(Self.variable).map { FilePath($0) }
    }

    /// The chosen file, else the user's, else the machine's; nil when there is none.
    ///
    /// The user's file is `vectorspool.yaml` in `$XDG_CONFIG_HOME` or `~/.config` (XDG Base Directory Specification 0.8).
    package var file: FilePath? {
        chosen ?? candidates.first { FileStatus.exists($0) }
    }

    /// The file that a daemon reads: with a spool that its command line names, only a chosen one.
    ///
    /// Who tries a spool of his own is not to meet the settings of another one.
    package func file(hasSpool: Bool) -> FilePath? { hasSpool || value(Self.spoolVariable) != nil ? chosen : file }

    private static let spoolVariable = SettingsKey.spoolDirectory.variable

    /// The places to look in, in order.
    package var candidates: [FilePath] { [person, machine].compactMap(\.self) }

    /// The machine's own configuration.
    package var machine: FilePath { system.appending(Self.fileName) }

    /// The user's configuration; nil for a user without a home.
    package var person: FilePath? {
        let home = value("HOME").map { FilePath($0).appending(".config") }
        // The specification says to ignore a relative path.
        let given = value("XDG_CONFIG_HOME").map { FilePath($0) }.flatMap { $0.isAbsolute ? $0 : nil }
        return (given ?? home)?.appending(Self.fileName)
    }

    /// An empty variable counts as not set.
    private func value(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
