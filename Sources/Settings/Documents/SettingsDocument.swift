/// A document for people that is generated from the declarations of the keys, and so agrees with them.
package enum SettingsDocument: String, Sendable, CaseIterable {
    /// The example of a configuration, `etc/vectorspool.yaml`.
    case example
    /// The manual page vectorspool.yaml(5), `etc/man/vectorspool.yaml.5`.
    case manual

    /// The document as in the source tree.
    package func text(of catalogue: SettingsCatalogue = .standard) -> String {
        switch self {
        case .example: ExampleFile(catalogue: catalogue).text
        case .manual: ManualPage(catalogue: catalogue).text
        }
    }
}

extension SettingsCatalogue {
    /// All keys in a few lines, for `--help`.
    package var overview: String {
        sectionNames.map { section in
            "\(section): \(keys(of: section).map(\.shortName).joined(separator: " "))"
        }.joined(separator: "\n")
    }
}
