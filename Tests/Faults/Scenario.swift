import Indexing
import Ingest
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
    /// Documents are forgotten, by a daemon and without one, between versions of the same names.
    case forgetting
    /// Files lie in a folder of another user, out of which nothing can be moved.
    case left
    /// Large files and small ones keep both lanes busy, and versions of one file go through one and the other.
    case lanes
    /// Contents that the index knows come under other names and come back, so rows are copied.
    case copies

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

    /// The daemon's configuration for the scenario.
    func options(at root: FilePath) -> IngestOptions {
        var options = IngestOptions(spool: root.appending("spool"), model: "none")
        options.settle = .zero
        options.rescan = .milliseconds(20)
        options.maximumDelay = .milliseconds(1)
        options.indexing.precision = [.int8, .calibrated, .lanes].contains(self) ? .int8 : .float32
        if needsRanges { options.indexing.ranges = root.appending("ranges.npy") }
        return options
    }

    private var needsRanges: Bool { self == .int8 || self == .lanes }

    /// Makes the files that exist before the first start.
    func prepare(_ root: FilePath) throws {
        try Directory.create(options(at: root).spool.inbox)
        guard needsRanges else { return }
        let ranges = try Ranges(
            minima: Array(repeating: -1, count: 16), maxima: Array(repeating: 1, count: 16))
        try AtomicFile.replaceVolatile(ranges.numPyFile(), at: root.appending("ranges.npy"))
        let origin = Array("{\"origin\": \"a test\", \"passages\": 12, \"margin\": 0.1}\n".utf8)
        try AtomicFile.replaceVolatile(origin, at: root.appending("ranges.json"))
    }
}
