import Identity
import Platform
import Shards
import Spool
import SystemPackage

/// Finds the earlier versions that documents of an index come from; in doubt a version is one.
struct NeededVersions {
    /// The places below `replaced/` that are needed.
    private(set) var places: Set<FilePath> = []
    private let spool: SpoolDirectory
    private let originals: Originals
    private var byTime: [Int64: [AgedFile]] = [:]
    /// Those of whose path no document was met, by that path.
    private var unknown: [[UInt8]: [AgedFile]] = [:]
    private var hasDocuments = false
    /// Those that the present version equals byte for byte, so that no pair is read twice.
    private var equal: Set<FilePath> = []

    /// Begins with the versions to decide about.
    init(_ files: [AgedFile], _ spool: SpoolDirectory) {
        self.spool = spool
        originals = Originals(spool, isOneLook: true)
        for file in files {
            byTime[file.status.modified, default: []].append(file)
            unknown[file.path.bytes, default: []].append(file)
        }
    }

    /// Whether the name was perhaps cut to fit, so that it does not tell the path.
    private static func isShortened(_ file: AgedFile) -> Bool { file.path.bytes.contains(UInt8(ascii: "~")) }

    /// Takes in a live document of the index.
    ///
    /// It knows the path of its file, when that was last written, which no move changes, and how large it was when it was claimed. A
    /// version that lies in `done/` as well, byte for byte, is not needed here.
    mutating func meet(_ document: ShardDocument) {
        hasDocuments = true
        unknown[document.path] = nil
        guard let candidates = byTime[document.modified], let original = FilePath(bytes: document.path) else { return }
        let versions = candidates.filter { $0.path.bytes == document.path || Self.isShortened($0) }
        guard versions.contains(where: { !places.contains($0.place) && !equal.contains($0.place) }) else { return }
        let current = originals.current(of: original).filter { $0.status.modified == document.modified }
        // Several versions may have one time of writing.
        let size = ClaimName(document.claim)?.size
        let isSizeThere = (current.map(\.status.size) + versions.map(\.status.size)).contains { $0 == size }
        for file in versions where !places.contains(file.place) && !equal.contains(file.place) {
            guard !isSizeThere || file.status.size == size else { continue }
            let place = spool.replaced.pushing(file.place)
            if current.contains(where: { $0.status.size == file.status.size && Originals.areEqual($0.place, place) }) {
                equal.insert(file.place)
                continue
            }
            places.insert(file.place)
        }
    }

    /// Adds the versions of files of which the index should have documents and has none.
    ///
    /// It may have been lost, and come back from a backup that needs them. What was forgotten has none.
    ///
    /// - Throws: `ShardsError` when the record of what was forgotten cannot be read.
    mutating func addUnknown() throws(ShardsError) {
        guard !unknown.isEmpty else { return }
        var forgotten: [[UInt8]: Int64] = [:]
        if let root = try? OpenDirectory(spool.root), let known = try ForgottenDocuments.read(in: root) {
            for record in known.all where record.identifier.item == nil {
                forgotten[Array(record.identifier.path)] = record.until
            }
        }
        for (path, files) in unknown
        where !hasDocuments || FilePath(bytes: path).map({ !originals.current(of: $0).isEmpty }) ?? true {
            places.formUnion(files.filter { !Self.isForgotten($0, forgotten[path]) }.map(\.place))
        }
    }

    /// Whether a version came to `replaced/` before its document was forgotten, or with that; what was dropped later was not meant.
    private static func isForgotten(_ file: AgedFile, _ until: Int64?) -> Bool {
        guard let until, let day = file.place.components.first else { return false }
        return day.string <= RealTime(nanoseconds: until).before(days: -1).day
    }
}
