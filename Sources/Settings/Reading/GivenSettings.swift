import SystemPackage

/// Which keys were given, where and under which name, for messages that name the place.
struct GivenSettings {
    /// One use of a key.
    struct Giving {
        /// The name, which may be an older one.
        let name: String
        /// The place and the name there, such as `/etc/vectorspool.yaml:3: spool.directory`.
        let place: String
        /// Whether the file gives it, which means the same wherever a program is started.
        var isOfFile = false
    }

    /// Whether the file contains no keys.
    let isFileEmpty: Bool
    /// What the user should change eventually.
    private(set) var warnings: [String] = []

    private let file: FilePath?
    private var flags: [SettingsKey: Giving] = [:]
    private var variables: [SettingsKey: Giving] = [:]
    private var lines: [SettingsKey: Giving] = [:]

    /// Checks all sources and refuses unknown keys and variables, because most are misspelt and would be ignored
    /// forever.
    init(_ source: ConfigurationSource) throws(SettingsError) {
        file = source.file
        for key in source.flags.keys { flags[key] = Giving(name: key.name, place: "on the command line: \(key.name)") }
        let entries = try source.file.map { (file) throws(SettingsError) in try ConfigurationFile(file).entries }
        isFileEmpty = entries?.isEmpty ?? true
        try read(entries ?? [], source.catalogue)
        try read(source.environment.keys.sorted(), source.catalogue)
    }

    /// The use of the key in the deciding source; nil when it was not given.
    func giving(of key: SettingsKey) -> Giving? { flags[key] ?? variables[key] ?? lines[key] }

    /// The place that decides a key's value.
    func place(of key: SettingsKey) -> String {
        giving(of: key)?.place ?? "\(file?.string ?? "the configuration"): \(key.name)"
    }

    private mutating func read(
        _ entries: [ConfigurationFile.Entry], _ catalogue: SettingsCatalogue
    ) throws(SettingsError) {
        var seen: [String: Int] = [:]
        for entry in entries {
            let place = "\(file?.string ?? ""):\(entry.line)"
            if let first = seen.updateValue(entry.line, forKey: entry.name) {
                throw .twice(entry.name, file, line: entry.line, first: first)
            }
            if let key = catalogue.key(named: entry.name) {
                let giving = Giving(name: entry.name, place: "\(place): \(entry.name)", isOfFile: true)
                // The library for values would refuse the whole file without naming a line.
                guard entry.content != .section, entry.content != .nested else {
                    throw SettingsError(.configuration, "\(giving.place) \(key.form.complaint)")
                }
                try note(giving, of: key, called: key.name, after: lines.updateValue(giving, forKey: key))
            } else if catalogue.isSection(entry.name) {
                guard entry.content == .section || entry.content == .nothing else {
                    throw SettingsError(
                        .configuration, "\(place): \(entry.name) is a section; give its keys below it")
                }
            } else if catalogue.key(named: entry.section) == nil {
                let guess = catalogue.name(like: entry.name).map { "; did you mean \($0)?" } ?? ""
                throw SettingsError(.configuration, "\(place): unknown key \(entry.name)\(guess)")
            }
        }
    }

    private mutating func read(_ variables: [String], _ catalogue: SettingsCatalogue) throws(SettingsError) {
        for variable in variables {
            if let (key, name) = catalogue.key(variable: variable) {
                let giving = Giving(name: name, place: "in the environment: \(variable)")
                try note(giving, of: key, called: key.variable, after: self.variables.updateValue(giving, forKey: key))
            } else if !SettingsCatalogue.otherVariables.contains(variable) {
                let guess = catalogue.variable(like: variable).map { "; did you mean \($0)?" } ?? ""
                throw SettingsError(.configuration, "in the environment: unknown variable \(variable)\(guess)")
            }
        }
    }

    /// Records a warning about an older name; refuses a key that one source gives under two names.
    private mutating func note(
        _ giving: Giving, of key: SettingsKey, called name: String, after earlier: Giving?
    ) throws(SettingsError) {
        if giving.name != key.name {
            warnings.append(
                "\(giving.place) is now called \(name); the older name will be refused by the next major version")
        }
        if let earlier {
            let older = giving.name == key.name ? earlier : giving
            throw SettingsError(
                .configuration, "\(older.place) is an older name of \(name), which is given as well; keep \(name)")
        }
    }
}
