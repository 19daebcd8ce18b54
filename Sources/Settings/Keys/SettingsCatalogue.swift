import Encoding
import Text

/// The keys of a configuration, found by the names that people write.
package struct SettingsCatalogue: Sendable {
    /// Every key, section by section, in reading order.
    package let keys: [SettingsKey]

    private let byName: [String: SettingsKey]
    private let byVariable: [String: (key: SettingsKey, name: String)]
    /// The first parts of all names, including older ones.
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

    /// The key of a current or older name.
    package func key(named name: String) -> SettingsKey? { byName[name] }

    /// The key that an environment variable sets, and the name it uses.
    func key(variable: String) -> (key: SettingsKey, name: String)? { byVariable[variable] }

    /// Whether there are keys below the name.
    func isSection(_ name: String) -> Bool { sections.contains(name) }

    /// The intended name for a wrong one; nil when none is similar.
    func name(like wrong: String) -> String? {
        let words = keys.map(\.name)
        return LikeWord.nearest(to: wrong, among: wrong.contains(".") ? words : sectionNames + words)
    }

    /// The intended variable for a wrong one; nil when none is similar.
    func variable(like wrong: String) -> String? { LikeWord.nearest(to: wrong, among: keys.map(\.variable)) }

    /// The sections in order.
    package var sectionNames: [String] {
        var names: [String] = []
        for key in keys where names.last != key.section { names.append(key.section) }
        return names
    }

    /// The keys of a section in order.
    package func keys(of section: String) -> [SettingsKey] { keys.filter { $0.section == section } }

    /// Variables with our prefix that are not keys: the configuration, the model for the tools, the cache folder, the pager, and
    /// a lesser instruction set for the loops of CKernels.
    static let otherVariables: Set<String> = [
        ConfigurationPlaces.variable, InstalledFiles.modelVariable, WeightsCache.variable, "VECTORSPOOL_PAGER",
        "VECTORSPOOL_KERNELS",
    ]
}
