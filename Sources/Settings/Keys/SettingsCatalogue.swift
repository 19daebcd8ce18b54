import Encoding

/// The keys that a configuration may have, found by what people write; anything else is a mistake that is named.
package struct SettingsCatalogue: Sendable {
    /// Every key, section by section, in the order in which people read them.
    package let keys: [SettingsKey]

    private let byName: [String: SettingsKey]
    private let byVariable: [String: (key: SettingsKey, name: String)]
    /// The first parts of all names, older ones as well.
    private let sections: Set<String>

    package init(_ keys: [SettingsKey]) {
        self.keys = keys
        let names = keys.flatMap { key in ([key.name] + key.olderNames).map { (key, $0) } }
        byName = Dictionary(names.map { ($0.1, $0.0) }) { first, _ in first }
        byVariable = Dictionary(names.map { (SettingsKey.variable(for: $0.1), $0) }) { first, _ in first }
        sections = Set(names.map { String($0.1.prefix { $0 != "." }) })
    }

    /// The keys of this version.
    package static let standard = SettingsCatalogue(
        SettingsKey.spoolKeys + SettingsKey.indexKeys + SettingsKey.modelKeys + SettingsKey.passageKeys
            + SettingsKey.serviceKeys)

    /// The key of a name, be it an older one.
    package func key(named name: String) -> SettingsKey? { byName[name] }

    /// The key that an environment variable gives, and the name that it gives it under.
    func key(variable: String) -> (key: SettingsKey, name: String)? { byVariable[variable] }

    /// Whether keys stand below the name.
    func isSection(_ name: String) -> Bool { sections.contains(name) }

    /// The name that was meant by a wrong one; nil when none is like it.
    func name(like wrong: String) -> String? {
        let words = keys.map(\.name)
        return LikeWord.nearest(to: wrong, among: wrong.contains(".") ? words : sectionNames + words)
    }

    /// The variable that was meant by a wrong one; nil when none is like it.
    func variable(like wrong: String) -> String? { LikeWord.nearest(to: wrong, among: keys.map(\.variable)) }

    /// The sections in order.
    package var sectionNames: [String] {
        var names: [String] = []
        for key in keys where names.last != key.section { names.append(key.section) }
        return names
    }

    /// The keys of a section in order.
    package func keys(of section: String) -> [SettingsKey] { keys.filter { $0.section == section } }

    /// Variables with our prefix that are not keys: the model for the tools that take one, the folder of the cache, and a
    /// lesser instruction set for the loops of CKernels.
    static let otherVariables: Set<String> = [
        InstalledFiles.modelVariable, WeightsCache.variable, "VECTORSPOOL_KERNELS",
    ]
}
