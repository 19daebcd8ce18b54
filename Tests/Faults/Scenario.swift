import Indexing
import Ingest
import IngestSupport
import Platform
import Quantization
import Spool
import SystemPackage

/// The files to drop in a run, and their expected final state.
enum Scenario: String, Codable, Sendable, CaseIterable {
    /// The ranges are given, so that they are read and copied.
    case int8
    case float32
    /// The ranges are made from the dropped files, so the index is made in the middle of a run.
    case calibrated
    /// Files change in progress: between reading and commit, and between discovery and claim.
    case changing
    /// People ask: for a pause and its end, for an answer when all is searchable, for another try of what failed.
    case asking

    /// A file, and its expected outcome.
    struct Drop: Sendable {
        let path: FilePath
        let bytes: [UInt8]
        /// Whether the whole file is faulty.
        var isBad = false

        init(_ path: FilePath, _ bytes: [UInt8], isBad: Bool = false) {
            self.path = path
            self.bytes = bytes
            self.isBad = isBad
        }

        init(_ path: FilePath, _ text: String) { self.init(path, Array(text.utf8)) }
    }

    private static let badLine = "no object"

    /// The files to drop before the first run, and before the second.
    var drops: [[Drop]] {
        switch self {
        case .changing: Self.changingDrops
        case .asking: Self.askingDrops
        case .int8, .float32, .calibrated: Self.quietDrops
        }
    }

    /// What people ask for before each run.
    var requests: [[PersonsRequest]] {
        self == .asking ? [[.flush], [.pause], [.resume, .retry, .flush]] : drops.map { _ in [] }
    }

    private static let askingDrops: [[Drop]] = [
        [
            Drop("a.txt", "one two three"), Drop("bad.txt", [0x61, 0xFF, 0x62], isBad: true),
            Drop("lines.jsonl", "{\"id\":\"x\",\"text\":\"seven\"}\n\(badLine)\n"), Drop("n/e.txt", "six"),
        ],
        [Drop("a.txt", "four five"), Drop("sub/c.txt", "seven")],
        [Drop("new/d.txt", "ten")],
    ]

    private static let changingDrops: [[Drop]] = [
        Disturbance.names.map { Drop(FilePath($0), Disturbance.text($0, 1)) } + [Drop("a.txt", "one two three")],
        [Drop("a.txt", "four five"), Drop("sub/d.txt", "ten")],
    ]

    private static let quietDrops: [[Drop]] = [
        [
            Drop("a.txt", "one two three"), Drop("b.md", "four five"), Drop("sub/c.txt", "six"),
            Drop("lines.jsonl", "{\"id\":\"x\",\"text\":\"seven\"}\n\(badLine)\n{\"id\":\"y\",\"text\":\"eight\"}\n"),
            Drop("bad.txt", [0x61, 0xFF, 0x62], isBad: true), Drop("packed.txt.zst", packed),
            Drop("changing.txt", "the first version"), Drop("same.txt", "the same"), Drop("large.txt", large),
        ],
        [
            Drop("changing.txt", "the second version"), Drop("same.txt", "the same"),
            Drop("lines.jsonl", "{\"id\":\"y\",\"text\":\"eight\"}\n{\"id\":\"z\",\"text\":\"nine\"}\n"),
            Drop("sub/d.txt", "ten"),
        ],
    ]

    private static let large = (0..<250).map { "\($0)" + String(repeating: "x", count: 400) }.joined(separator: " ")

    private static let packed: [UInt8] = {
        var compressor = try? ZstandardCompressor()
        return (try? compressor?.compress(Array("eleven twelve".utf8).rawSpan)) ?? []
    }()

    /// The expected final state.
    struct Expectation: Sendable {
        /// The live documents, by identifier.
        var documents: [String: String] = [:]
        /// The contents of `done/` and `replaced/`, in any order and under any name.
        var done: [[UInt8]] = []
        /// The contents of `failed/` without its sidecars.
        var failed: [[UInt8]] = []
    }

    /// The expected final state.
    ///
    /// `blamed` contains the files that were rightly blamed for system faults, and `later` the versions made meanwhile.
    func expectation(without blamed: [[UInt8]], later: [Disturbance.Version]) -> Expectation {
        var expected = Expectation(failed: blamed)
        var blamed = blamed
        let overwritten = Set(later.filter(\.isReplacing).map(\.path))
        let given = drops.joined().filter { !overwritten.contains($0.path) }
        var kept: Set<[UInt8]> = []
        for drop in given + later.map({ Drop($0.path, $0.bytes) }) {
            if let place = blamed.firstIndex(of: drop.bytes) {
                blamed.remove(at: place)
            } else if drop.isBad {
                expected.failed.append(drop.bytes)
            } else {
                // The same bytes at the same path once more are one file.
                if kept.insert(Array(drop.path.bytes + [0]) + drop.bytes).inserted { expected.done.append(drop.bytes) }
                if drop.path == "lines.jsonl" {
                    Self.take(drop, &expected)
                } else {
                    expected.documents[drop.path.string] = Self.text(drop)
                }
            }
        }
        return expected
    }

    private static func text(_ drop: Drop) -> String {
        let text = drop.path.extension == "zst" ? Array("eleven twelve".utf8) : drop.bytes
        return StubPassageEncoder.stored(text)
    }

    private static func take(_ drop: Drop, _ expected: inout Expectation) {
        let name = drop.path.string
        let text = String(decoding: drop.bytes, as: UTF8.self)
        for (item, word) in ["x": "seven", "y": "eight", "z": "nine"] {
            expected.documents["\(name)#\(item)"] = text.contains("\"\(item)\"") ? word : nil
        }
        if text.contains(badLine) { expected.failed.append(Array((badLine + "\n").utf8)) }
    }

    /// The daemon's configuration for the scenario.
    func options(at root: FilePath) -> IngestOptions {
        var options = IngestOptions(spool: root.appending("spool"), model: "none")
        options.settle = .zero
        options.rescan = .milliseconds(20)
        options.maximumDelay = .milliseconds(1)
        options.indexing.precision = self == .float32 || self == .changing || self == .asking ? .float32 : .int8
        if self == .int8 { options.indexing.ranges = root.appending("ranges.npy") }
        return options
    }

    /// Makes the files that exist before the first start.
    func prepare(_ root: FilePath) throws {
        try Directory.create(options(at: root).spool.inbox)
        guard self == .int8 else { return }
        let ranges = try Ranges(
            minima: Array(repeating: -1, count: 16), maxima: Array(repeating: 1, count: 16))
        try AtomicFile.replaceVolatile(ranges.numPyFile(), at: root.appending("ranges.npy"))
        let origin = Array("{\"origin\": \"a test\", \"passages\": 12, \"margin\": 0.1}\n".utf8)
        try AtomicFile.replaceVolatile(origin, at: root.appending("ranges.json"))
    }
}
