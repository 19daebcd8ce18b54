import Inbox
import Ingest
import Platform
import Settings
import Spool
import SystemPackage
import Testing

/// The places and the words of errors in a file.
@Suite struct ConfigurationFileTests {
    let place: ConfigurationPlace

    init() throws {
        place = try ConfigurationPlace()
    }

    @Test(arguments: [
        ("spool: /path\n", ":1: spool is a section; give its keys below it"),
        ("log:\n  level: info\nspool: [a, b]\n", ":3: spool is a section; give its keys below it"),
        ("spool:\n  directory: /s\n  directory: /t\n", ":3: spool.directory is given twice, in line 2 already"),
        (
            "# first\nspool:\n  directory: /s\nlog:\n  level: info\n\nspool:\n  ignore: []\n",
            ":7: spool is given twice, in line 2 already"
        ),
        (
            "index:\n  directory: /i\nspool:\n  directory: /s\n  # directory\n  ignore: [directory]\n  directory: /t\n",
            ":7: spool.directory is given twice, in line 4 already"
        ),
        ("spool.directory: /s\nspool:\n  directory: /t\n", ":3: spool.directory is given twice, in line 1 already"),
        ("spool: {directory: /s, directory: /t}\n", ":1: directory is given twice"),
        ("spool:\n  directory:\n    deeper: /s\n", ":2: spool.directory is not a single value"),
        ("spool.directory:\n  deeper: /s\n", ":1: spool.directory is not a single value"),
        ("spool:\n  directory: /s\n  ignore: {a: b}\n", ":3: spool.ignore is not a list of patterns"),
        ("spool:\n  directory: {a: [[b]]}\n", ":2: spool.directory is not a single value"),
        ("spool:\n  directory: /s\n  ignore: [[a], b]\n", ":3: spool.ignore is not a list of patterns"),
        ("- spool\n", ":1: this is not the YAML of a configuration: sections with keys are needed"),
        ("only words\n", ":1: this is not the YAML of a configuration: sections with keys are needed"),
        ("spool:\n  directory: /s\n  - x\n", ":3: this is not the YAML of a configuration: "),
        ("spool:\n\tdirectory: /s\n", ":2: this is not the YAML of a configuration: "),
        ("spool:\n\tdirectory: /s\n", "; indent with spaces, not with tabs"),
        ("spool:\n  directory: \"/s\nlog:\n  level: info\n", " that begins in line 2"),
        ("\u{FEFF}spool:\n  directory: /s\nlog:\n", "; save it without the byte order mark at its beginning"),
        ("spool:\n  directory: /s\n---\nspool:\n", "this is not the YAML of a configuration: "),
        ("spool:\n  directory: /s\n# \u{7}\n", ":3: this is not the YAML of a configuration: "),
    ])
    func namesTheLine(text: String, message: String) async throws {
        let error = await #expect(throws: SettingsError.self) { try await place.load(text) }
        let found = error?.message ?? ""
        #expect(found.contains(message), "\(found)")
        #expect(found.hasPrefix(place.file.string))
        #expect(!found.contains("\n"), "one line: \(found)")
    }

    @Test(arguments: ["", " ~", " null", " \"\""])
    func listWithoutValueKeepsTheDefault(value: String) async throws {
        let settings = try await place.load("spool:\n  directory: /s\n  ignore:\(value)\n")
        let unset = try await place.load("spool:\n  directory: /s\n")
        #expect(settings.ingest.ignore.patterns == unset.ingest.ignore.patterns)
        #expect(!settings.ingest.ignore.patterns.isEmpty)
    }

    @Test func readsWhatYAMLAllows() async throws {
        let text = """
            \u{FEFF}# a comment
            %YAML 1.1
            ---
            "spool": &common {directory: '/s', settleSeconds: 2}
            log:
            index: ~
            commit:
              ? maximumRows
              : 0x10
            ...
            """
        let error = await #expect(throws: SettingsError.self) { try await place.load(text) }
        #expect(error?.message.contains(":8: commit.maximumRows is '0x10'") == true, "\(error?.message ?? "")")
        let settings = try await place.load(text.replacing("0x10", with: "1_000"))
        #expect(settings.ingest.spool.root == "/s")
        #expect(settings.ingest.settle == .seconds(2))
        #expect(settings.ingest.maximumRows == 1000)
        for empty in ["---\n", "# nothing", "", "~\n"] {
            #expect(try await place.load(empty, flags: [.spoolDirectory: "/s"]).ingest.spool.root == "/s")
        }
        let windows = "spool:\r\n  directory: /s\r\n  keepDoneDays: x\r\n"
        let wrong = await #expect(throws: SettingsError.self) { try await place.load(windows) }
        #expect(wrong?.message.contains(":3: spool.keepDoneDays is 'x'") == true, "\(wrong?.message ?? "")")
    }

    @Test func refusesWhatIsNoText() async throws {
        try AtomicFile.replaceVolatile([0x73, 0x3A, 0xFF], at: place.file)
        let error = await #expect(throws: SettingsError.self) {
            try await ConfigurationSource(file: place.file, environment: [:]).load(defaultModel: "/m")
        }
        #expect(error?.message.contains("it is not UTF-8 text") == true)
    }
}
