import Encoding
import Inbox
import Indexing
import Ingest
import Logging
import Platform
import Quantization
import Settings
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct ConfigurationTests {
    let place: ConfigurationPlace

    init() throws {
        place = try ConfigurationPlace()
    }

    @Test func eachKeyGoesWhereItBelongs() async throws {
        let settings = try await place.load(
            """
            # a comment
            spool:
              directory: /s
              settleSeconds: 0.5
              rescanSeconds: 10
              keepDoneDays: 0
              maximumFileBytes: 1000
              ignore: ["*.bak", ".*"]
            index:
              directory: /i
              precision: uint8
              codes: compressed
              ranges: /r.npy
              calibrationPassages: 500
              calibrationMargin: 0.2
            model:
              directory: /m
              compute: float32
              workers: 3
              weightsCache: false
            passages:
              mode: whole
              targetTokens: 100
              overlapTokens: 10
            commit:
              maximumRows: 7
              maximumDelaySeconds: 2.5
            runtime:
              directory: /run/x
              statusSeconds: 5
            log:
              level: debug
              format: json
            """)
        #expect(settings.ingest.spool.root == "/s")
        #expect(settings.ingest.settle == .milliseconds(500))
        #expect(settings.ingest.keepDoneDays == 0)
        #expect(settings.ingest.ignore.patterns == ["*.bak", ".*"])
        #expect(settings.ingest.indexing.precision == .uint8)
        #expect(settings.ingest.indexing.codes == .compressed)
        #expect(settings.ingest.indexing.ranges == "/r.npy")
        #expect(settings.ingest.indexing.compute == .named(.float32))
        #expect(settings.ingest.indexing.workers == 3)
        #expect(!settings.ingest.indexing.hasWeightsCache)
        #expect(settings.ingest.indexing.passageMode == .whole)
        #expect(settings.ingest.maximumRows == 7)
        #expect(settings.ingest.maximumDelay == .milliseconds(2500))
        #expect(settings.runtimeDirectory == "/run/x")
        #expect(settings.logLevel == .debug)
        #expect(settings.logFormat == .json)
    }

    @Test func flagsOverrideTheEnvironmentWhichOverridesTheFile() async throws {
        let text = "spool:\n  directory: /file\ncommit:\n  maximumRows: 1\n  maximumDelaySeconds: 1\n"
        let environment = ["VECTORSPOOL_SPOOL_DIRECTORY": "/environment", "VECTORSPOOL_COMMIT_MAXIMUM_ROWS": "2"]
        let settings = try await place.load(text, environment: environment, flags: [.spoolDirectory: "/flag"])
        #expect(settings.ingest.spool.root == "/flag")
        #expect(settings.ingest.maximumRows == 2)
        #expect(settings.ingest.maximumDelay == .seconds(1))
    }

    @Test func aFileOfCommentsAndAnEmptyValueAreFine() async throws {
        #expect(
            try await place.load("# nothing\n\n", flags: [.spoolDirectory: "/s"]).ingest.indexing.indexDirectory
                == "/s/index"
        )
        let text = "spool: {directory: /s}\nindex:\n  ranges: \"\"\n  precision:\n"
        let settings = try await place.load(text, environment: ["VECTORSPOOL_INDEX_DIRECTORY": ""])
        #expect(settings.ingest.indexing.ranges == nil)
        #expect(settings.ingest.indexing.precision == .int8)
        #expect(settings.ingest.spool.root == "/s")
    }

    @Test(arguments: [
        (
            "spool:\n  directory: /s\n  setleSeconds: 3\n",
            ":3: unknown key spool.setleSeconds; did you mean spool.settleSeconds?"
        ),
        ("spool:\n  directory: ~/s\n", ":2: spool.directory is '~/s'; '~' is not expanded here"),
        (
            "spool:\n  directory: /s\nindex:\n  directory: /s/x/../inbox/index\n",
            ":4: index.directory is inside /s/inbox, through which files move"
        ),
        ("spool:\n  directory: /s\nindex:\n  directory: /s/done\n", ":4: index.directory is inside /s/done"),
        ("spol:\n  directory: /s\n", ":1: unknown key spol; did you mean spool?"),
        ("spool:\n  directory: /s\n  settleSeconds: fast\n", ":3: spool.settleSeconds is 'fast'"),
        ("spool:\n  directory: /s\n  keepDoneDays: -1\n", ":3: spool.keepDoneDays is '-1'"),
        ("spool:\n  directory: /s\nindex:\n  precision: int9\n", ":4: index.precision is 'int9'; one of float32, int8"),
        (
            "spool:\n  directory: /s\nmodel:\n  weightsCache: maybe\n",
            ":4: model.weightsCache is 'maybe'; true or false is needed"
        ),
        ("spool:\n  directory: [a, b]\n", ":2: spool.directory is not a single value"),
        (
            "spool:\n  directory: /s\npassages:\n  targetTokens: 20\n  overlapTokens: 30\n",
            ":5: passages.overlapTokens is not smaller"
        ),
        ("spool:\n  directory: /s\n  - x\n", "this is not the YAML"),
        ("index:\n  directory: /s\n", "no spool is given: 'vectorspool init' sets up one"),
        ("spool:\n  directory: s\n", ":2: spool.directory is 's', which leads elsewhere from another folder"),
        ("spool:\n  directory: /s\nindex:\n  directory: ./i\n", ":4: index.directory is './i', which leads elsewhere"),
    ])
    func namesThePlaceOfAMistake(text: String, message: String) async throws {
        let error = await #expect(throws: SettingsError.self) { try await place.load(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.exitCode == 78)
    }

    @Test func aRelativePathIsRefusedInTheFileAlone() async throws {
        let error = await #expect(throws: SettingsError.self) {
            try await place.load("spool:\n  directory: /s\nmodel:\n  directory: m/../n\n")
        }
        let whole = CurrentProcess.folder.appending("n")
        #expect(error?.message.hasSuffix("give the whole path, such as \(whole)") == true, "\(error?.message ?? "")")
        let settings = try await place.load(
            "spool:\n  directory: s\n", environment: ["VECTORSPOOL_INDEX_DIRECTORY": "i"],
            flags: [.spoolDirectory: "f"])
        #expect(settings.ingest.spool.root == "f")
        #expect(settings.ingest.indexing.indexDirectory == "i")
    }

    @Test func namesAWrongVariable() async throws {
        let flags: [SettingsKey: String] = [.spoolDirectory: "/s"]
        let unknown = await #expect(throws: SettingsError.self) {
            try await place.load(nil, environment: ["VECTORSPOOL_COMMIT_MAXIMUMROWS": "1"], flags: flags)
        }
        #expect(unknown?.message.contains("did you mean VECTORSPOOL_COMMIT_MAXIMUM_ROWS?") == true)
        let wrong = await #expect(throws: SettingsError.self) {
            try await place.load(nil, environment: ["VECTORSPOOL_LOG_LEVEL": "loud"], flags: flags)
        }
        #expect(wrong?.message.contains("VECTORSPOOL_LOG_LEVEL is 'loud'") == true)
    }

    @Test func namesAFileThatIsNotThere() async throws {
        let source = ConfigurationSource(file: "/nowhere/x.yaml", environment: [:])
        let error = await #expect(throws: SettingsError.self) { try await source.load(defaultModel: nil) }
        #expect(error?.message.contains("/nowhere/x.yaml") == true)
    }

    @Test func onlySomeKeysChangeWhileTheDaemonRuns() async throws {
        let live = LiveSettings(try await place.load("spool:\n  directory: /s\n"))
        let new = try await place.load(
            "spool:\n  directory: /other\n  keepDoneDays: 3\nmodel:\n  workers: 9\n  weightsCache: off\n")
        #expect(
            live.adopt(new).map(\.name) == [
                "spool.directory", "index.directory", "model.workers", "model.weightsCache", "runtime.directory",
            ])
        #expect(live.current.ingest.keepDoneDays == 3)
        #expect(live.current.ingest.spool.root == "/s")
        #expect(live.current.ingest.indexing.workers == 0)
    }
}
