import Configuration
import Platform
package import SystemPackage

/// The sources of the configuration: flags override the environment, which overrides the file.
///
/// It is kept to read the same sources again on SIGHUP.
package struct ConfigurationSource: Sendable {
    /// The file; nil for none.
    package let file: FilePath?
    /// The variables of the environment that begin with `VECTORSPOOL_`.
    package let environment: [String: String]
    /// The values of flags, by key.
    package var flags: [SettingsKey: String]
    /// The known keys.
    package let catalogue: SettingsCatalogue

    package init(
        file: FilePath?,
        environment: [String: String] = EnvironmentVariables.withPrefix(SettingsKey.variablePrefix),
        flags: [SettingsKey: String] = [:],
        catalogue: SettingsCatalogue = .standard
    ) {
        self.file = file
        // An empty variable counts as not set, as in most programs.
        self.environment = environment.filter { !$0.value.isEmpty }
        self.flags = flags
        self.catalogue = catalogue
    }

    /// Whether a flag or the environment gives a value for a key.
    package func names(_ key: SettingsKey) -> Bool {
        flags[key] != nil || environment[key.variable] != nil
    }

    /// The path that a flag or the environment gives for a key, without looking at the file.
    package func path(of key: SettingsKey) -> FilePath? {
        (flags[key] ?? environment[key.variable]).map { FilePath($0) }
    }

    /// Reads and checks everything.
    ///
    /// `defaultModel` is the model to use when none is given; nil when none is installed. Throws `SettingsError` of
    /// code `.configuration`, naming the file and line, variable or flag.
    package func load(defaultModel: FilePath?) async throws(SettingsError) -> DaemonSettings {
        let given = try GivenSettings(self)
        let values = ConfigReader(providers: try await providers(given))
        let reader = SettingsReader(given: given) { name in
            values.string(forKey: ConfigKey(name))
        } list: { name in
            values.stringArray(forKey: ConfigKey(name))
        }
        return try reader.settings(catalogue.keys, defaultModel: defaultModel)
    }

    private func providers(_ given: GivenSettings) async throws(SettingsError) -> [any ConfigProvider] {
        let flags = flags.map { key, value in
            (
                AbsoluteConfigKey(key.name.split(separator: ".").map(String.init)),
                ConfigValue(.string(value), isSecret: false)
            )
        }
        let variables = environment.map { name, value in
            (String(name.dropFirst(SettingsKey.variablePrefix.count)), value)
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: Dictionary(flags) { first, _ in first }),
            EnvironmentVariablesProvider(environmentVariables: Dictionary(variables) { first, _ in first }),
        ]
        // A file with only comments is not a YAML mapping, but it is a valid configuration.
        if let file, !given.isFileEmpty {
            do {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: file))
            } catch {
                throw SettingsError(
                    .configuration, "\(file): this is not the YAML of a configuration: \(error)",
                    cause: error)
            }
        }
        return providers
    }
}
