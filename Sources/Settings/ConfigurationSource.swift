import Configuration
import Platform
package import SystemPackage

/// Where the configuration comes from: flags before the environment before the file.
///
/// It is kept to read the same places again on SIGHUP.
package struct ConfigurationSource: Sendable {
    /// The file; nil for none.
    package let file: FilePath?
    /// The variables of the environment that begin with `VECTORSPOOL_`.
    package let environment: [String: String]
    /// What flags said, by key.
    package let flags: [ConfigurationKey: String]

    package init(
        file: FilePath?,
        environment: [String: String] = EnvironmentVariables.withPrefix(ConfigurationKey.variablePrefix),
        flags: [ConfigurationKey: String] = [:]
    ) {
        self.file = file
        // An empty variable counts as not set, as it does for most programs.
        self.environment = environment.filter { !$0.value.isEmpty }
        self.flags = flags
    }

    /// Reads and checks everything.
    ///
    /// - Parameter defaultModel: the model to use when none is named; nil when none is installed.
    /// - Throws: `SettingsError` of code `.configuration`, naming the file and line, variable or flag.
    package func load(defaultModel: FilePath?) async throws(SettingsError) -> DaemonSettings {
        let places = try ConfigurationPlaces(self)
        try places.checkNames()
        let reader = ConfigReader(providers: try await providers(places))
        let values = ConfigurationValues(places: places) { key in
            reader.string(forKey: ConfigKey(key.rawValue))
        } list: { key in
            reader.stringArray(forKey: ConfigKey(key.rawValue))
        }
        return try values.configuration(defaultModel: defaultModel)
    }

    private func providers(_ places: ConfigurationPlaces) async throws(SettingsError) -> [any ConfigProvider] {
        let given = flags.map { key, value in
            (
                AbsoluteConfigKey(key.rawValue.split(separator: ".").map(String.init)),
                ConfigValue(.string(value), isSecret: false)
            )
        }
        let variables = environment.map { name, value in
            (String(name.dropFirst(ConfigurationKey.variablePrefix.count)), value)
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Dictionary(given) { first, _ in first }),
            EnvironmentVariablesProvider(environmentVariables: Dictionary(variables) { first, _ in first }),
        ]
        // A file of comments alone is no YAML mapping, and a fine configuration.
        if let file, !places.isFileEmpty {
            do {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: file))
            } catch {
                throw SettingsError(
                    .configuration, "\(file): this is not the YAML that a configuration is made of: \(error)",
                    cause: error)
            }
        }
        return providers
    }
}
