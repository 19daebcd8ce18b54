import Inbox
import Ingest
import Platform
import Settings
import SystemPackage
import TestSupport
import Testing

/// Properties of every key, because each is declared once.
@Suite struct SettingsKeyTests {
    let place: ConfigurationPlace
    static let keys = SettingsCatalogue.standard.keys

    init() throws {
        place = try ConfigurationPlace()
    }

    /// A file with the spool and one key.
    private func file(_ key: SettingsKey, _ text: SettingsText, besides others: [String: String] = [:]) -> String {
        var values = ["spool.directory": "/s"].merging(others) { $1 }
        values[key.name] = text.yaml
        return values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\n" }.joined()
    }

    @Test func everyNameIsThereOnce() {
        let names = Self.keys.flatMap { [$0.name] + $0.olderNames }
        #expect(Set(names).count == names.count)
        #expect(Set(Self.keys.map(\.variable)).count == names.count)
        for key in [SettingsKey.spoolDirectory, .indexDirectory, .modelDirectory, .ranges] {
            #expect(Self.keys.contains(key), "\(key) has a flag, and is a key")
        }
    }

    @Test(arguments: keys) func everyKeyIsRead(_ key: SettingsKey) async throws {
        let other = key.form.value(otherThan: key.text(in: DaemonSettings(spool: "", model: "")))
        let text =
            key.section == "spool" && key.shortName == "directory"
            ? "spool:\n  directory: \(other.yaml)\n"
            : "spool:\n  directory: /s\n" + (key.section == "spool" ? "" : "\(key.section):\n")
                + "  \(key.shortName): \(other.yaml)\n"
        let settings = try await place.load(text)
        #expect(key.text(in: settings) == other)
        // It changes nothing else, except paths in the spool that are not given.
        let defaults = DaemonSettings(spool: "/s", model: "/model")
        let differing = Self.keys.filter { !$0.isEqual(settings, defaults) }.map(\.name)
        #expect(
            differing == (key == .spoolDirectory ? [key.name, "index.directory", "runtime.directory"] : [key.name]))

        let flags: [SettingsKey: String] = key == .spoolDirectory ? [:] : [.spoolDirectory: "/s"]
        let fromVariable = try await place.load(nil, environment: [key.variable: other.plain], flags: flags)
        #expect(key.text(in: fromVariable) == other)
        if case .one(let word) = other {
            #expect(key.text(in: try await place.load(text, flags: [key: word])) == other)
        }
    }

    @Test(arguments: keys) func boundsAreHeldAtBothEnds(_ key: SettingsKey) async throws {
        // These two limit each other.
        let others =
            switch key.name {
            case "passages.overlapTokens": ["passages.targetTokens": "100000"]
            case "passages.targetTokens": ["passages.overlapTokens": "0"]
            default: [String: String]()
            }
        for value in key.form.valuesAtTheBounds {
            let settings = try await place.load(file(key, .one(value), besides: others))
            #expect(key.text(in: settings) == .one(value))
        }
        for value in key.form.valuesOutOfBounds {
            let error = await #expect(throws: SettingsError.self) {
                try await place.load(file(key, .one(value), besides: others))
            }
            #expect(error?.message.contains(": \(key.name) is '\(value)'") == true, "\(error?.message ?? "")")
            let variable = await #expect(throws: SettingsError.self) {
                try await place.load("spool.directory: /s\n", environment: [key.variable: value])
            }
            #expect(variable?.message.hasPrefix("in the environment: \(key.variable) is '\(value)'") == true)
        }
        guard key.form != .patterns else { return }
        let list = await #expect(throws: SettingsError.self) { try await place.load(file(key, .list(["a", "b"]))) }
        #expect(list?.message.hasSuffix(": \(key.name) is not a single value") == true, "\(list?.message ?? "")")
    }

    @Test(arguments: keys) func aReloadTakesItOverOrReportsIt(_ key: SettingsKey) async throws {
        let old = try await place.load("spool:\n  directory: /s\n")
        let other = key.form.value(otherThan: key.text(in: old))
        let new = try await place.load(file(key, other))
        let live = LiveSettings(old)
        let later = live.adopt(new)
        #expect(later.contains(key) == key.isFixed)
        #expect(later.count == (key == .spoolDirectory ? 3 : key.isFixed ? 1 : 0))
        #expect(key.text(in: live.current) == (key.isFixed ? key.text(in: old) : other))
        #expect(live.options.current == live.current.ingest)
    }

    @Test func anOlderNameIsTakenWithAWarning() async throws {
        let rows = SettingsKey(
            "commit.rows", type: .whole(1...10), path: \.ingest.maximumRows, olderNames: ["commit.size", "batch.rows"],
            help: "Made up.")
        let catalogue = SettingsCatalogue([.spoolDirectory, .modelDirectory, rows])
        let now = try await place.load("spool.directory: /s\ncommit:\n  rows: 2\n", catalogue: catalogue)
        #expect(now.ingest.maximumRows == 2)
        #expect(now.warnings.isEmpty)

        for text in ["commit:\n  size: 7\n", "batch:\n  rows: 7\n"] {
            let settings = try await place.load("spool.directory: /s\n" + text, catalogue: catalogue)
            #expect(settings.ingest.maximumRows == 7)
            let warning = try #require(settings.warnings.first)
            #expect(warning.hasPrefix("\(place.file):3: "))
            #expect(warning.contains(" is now called commit.rows;"))
        }
        let variable = try await place.load(
            "spool.directory: /s\ncommit:\n  rows: 2\n", environment: ["VECTORSPOOL_BATCH_ROWS": "8"],
            catalogue: catalogue)
        #expect(variable.ingest.maximumRows == 8)
        #expect(
            variable.warnings.first?.hasPrefix(
                "in the environment: VECTORSPOOL_BATCH_ROWS is now called VECTORSPOOL_COMMIT_ROWS;") == true)

        // A wrong value is reported under its written name, and guesses use current names.
        for (text, message) in [
            ("commit:\n  size: 11\n", ":3: commit.size is '11'; a whole number from 1 to 10 is needed"),
            (
                "commit:\n  size: 3\n  rows: 3\n",
                ":3: commit.size is an older name of commit.rows, which is given as well"
            ),
            (
                "commit:\n  rows: 3\n  size: 3\n",
                ":4: commit.size is an older name of commit.rows, which is given as well"
            ),
            ("commit:\n  rowz: 3\n", ":3: unknown key commit.rowz; did you mean commit.rows?"),
        ] {
            let error = await #expect(throws: SettingsError.self) {
                try await place.load("spool.directory: /s\n" + text, catalogue: catalogue)
            }
            #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        }
        #expect(SettingsDocument.manual.text(of: catalogue).contains("Older names: commit.size, batch.rows\n"))
    }
}

extension SettingsText {
    /// The form in a file.
    var yaml: String {
        switch self {
        case .one(let text): text
        case .list(let texts): "[\(texts.map { "\"\($0)\"" }.joined(separator: ", "))]"
        }
    }

    /// The form in a variable.
    var plain: String {
        switch self {
        case .one(let text): text
        case .list(let texts): texts.joined(separator: ",")
        }
    }
}

extension SettingsForm {
    /// A value within the bounds other than this one.
    func value(otherThan text: SettingsText) -> SettingsText {
        switch (self, text) {
        case (.whole, .one(let text)): .one("\((Int(text) ?? 0) + 1)")
        case (.number, .one(let text)), (.seconds, .one(let text)): .one(Self.plain((Double(text) ?? 0) / 2))
        case (.boolean, .one(let text)): .one(text == "true" ? "false" : "true")
        case (.word(let words), .one(let text)): .one(words.last { $0 != text } ?? "")
        case (.patterns, _): .list(["*.other", "x?[ab]"])
        default: .one("/some/other folder")
        }
    }

    private static func plain(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? "\(number)" }

    /// The least and the greatest accepted values.
    var valuesAtTheBounds: [String] {
        switch self {
        case .whole(let range): ["\(range.lowerBound)", "\(range.upperBound)"]
        case .number(let range), .seconds(let range):
            [Self.plain(range.lowerBound), Self.plain(range.upperBound)]
        case .word(let words): words
        case .boolean: ["true", "false"]
        case .path, .patterns: []
        }
    }

    /// The nearest values that are refused.
    var valuesOutOfBounds: [String] {
        switch self {
        case .whole(let range): ["\(range.lowerBound - 1)", "\(range.upperBound + 1)", "1.5", "many"]
        case .number(let range), .seconds(let range):
            ["\(range.lowerBound.nextDown)", "\(range.upperBound.nextUp)", "nan", "much"]
        case .word: ["nosuchword"]
        case .boolean: ["maybe"]
        case .path: ["~/folder"]
        case .patterns: []
        }
    }
}
