import Foundation
import Identity
import Platform
import Quantization
import Shards
import SystemPackage
import Testing

/// A short life of an index, in which each step is repeated until it succeeds, as in Ingest.
///
/// After every failure it checks that everything promised exists.
struct IndexJourney {
    let directory: FilePath
    /// The errors thrown on the way.
    private(set) var faults: [String] = []
    private let plan: FaultPlan
    private var store: IndexStore?
    /// The claim of each document in a commit that returned.
    private var promised: [String: String] = [:]
    private var receipts: [ShardReceipt] = []

    /// A failure happens once, so a second attempt must succeed.
    private static let attempts = 3

    /// Prepares the journey; `plan` is active while the index is used, and not while the result is checked.
    init(_ directory: FilePath, _ plan: FaultPlan) throws {
        self.directory = directory
        self.plan = plan
        try Directory.create(directory.removingLastComponent())
    }

    mutating func run() throws {
        plan.arm()
        defer { plan.disarm() }
        try create()
        try commit(
            [
                SampleIndex.document("a", claim: "c1", text: "one two three four five six seven"),
                SampleIndex.document("b", claim: "c2", text: "one two"),
                SampleIndex.document("l", item: "x", claim: "c3", text: "red"),
                SampleIndex.document("l", item: "y", claim: "c3", text: "green"),
            ])
        try commit(
            [
                SampleIndex.document("a", claim: "c4", text: "new"),
                SampleIndex.document("l", item: "y", claim: "c5", text: "blue"),
            ], ending: ("l", "y"))
        try commit([], removing: "b")
        try reopen()
        for number in 6...8 {
            try commit([SampleIndex.document("d\(number)", claim: "c\(number)", text: "text \(number)")])
        }
        // Files that could not be removed stay until the next time.
        for _ in 0..<2 {
            try persist { journey in try journey.store?.garbage.collect(now: Date(), grace: -10) }
        }
        try persist { journey in
            let snapshot = try Snapshot.open(journey.directory)
            #expect(snapshot.damage.isEmpty)
        }
        try check()
        plan.disarm()
        let names = try Directory.entries(of: directory).map { IndexFile($0.name.string) }
        let shards = names.filter { if case .shard = $0 { true } else { false } }
        #expect(shards.count == (store?.manifest.shards.count), "a shard was written twice, or is left")
        let manifests = names.filter { if case .manifest = $0 { true } else { false } }
        #expect(manifests.count == 3)
    }

    /// Repeats a step until it succeeds.
    @discardableResult
    private mutating func persist<Result>(_ step: (inout IndexJourney) throws -> Result) throws -> Result {
        for _ in 1..<Self.attempts {
            do {
                return try step(&self)
            } catch {
                let known = try #require(error as? ShardsError, "\(error)")
                #expect(known.code == .system, "\(error)")
                faults.append("\(error)")
                if store != nil { try check() }
            }
        }
        return try step(&self)
    }

    private mutating func create() throws {
        try persist { journey in
            do {
                journey.store = try SampleIndex.create(.int8, at: journey.directory)
            } catch let error as ShardsError where error.code == .exists {
                journey.store = try IndexStore.open(journey.directory)
            }
        }
    }

    private mutating func reopen() throws {
        try persist { journey in
            let claims: Set = ["c1", "c2", "c3", "c4", "c5", "c99"]
            let store = try IndexStore.open(journey.directory, claims: claims)
            // The first shard's documents have died one after another, but some generation still lists it.
            #expect(store.committedClaims.isSuperset(of: ["c4", "c5"]) && !store.committedClaims.contains("c99"))
            journey.store = store
        }
    }

    private mutating func commit(
        _ samples: [(ShardDocument, [ShardPassage])], ending: (path: String, item: String)? = nil,
        removing: String? = nil
    ) throws {
        var changes = IndexChanges()
        if !samples.isEmpty {
            let number = UInt64(receipts.count + 1)
            changes.shards = [
                try persist { journey in
                    guard let store = journey.store else { throw Missing() }
                    return try SampleIndex.shard(samples, number: number, for: store)
                }
            ]
            receipts += changes.shards
        }
        if let (path, item) = ending {
            changes.ended = [
                IndexChanges.EndedFile(
                    path: Array(path.utf8), staying: [IdentifierDigest(path: Array(path.utf8), item: Array(item.utf8))])
            ]
        }
        if let removing { changes.removals = [DocumentIdentifier(path: Array(removing.utf8))] }
        let durability = try persist { journey in
            try journey.store?.commit(changes, at: SampleIndex.time) ?? .durable
        }
        promise(samples, ending: ending, removing: removing)
        guard case .unknown(let error) = durability else { return }
        faults.append("\(error)")
        try check()
        try persist { journey in
            if case .unknown(let error) = try journey.store?.confirmDurability() {
                throw ShardsError(.system, path: error.path, cause: error, "not durable")
            }
        }
    }

    private mutating func promise(
        _ samples: [(ShardDocument, [ShardPassage])], ending: (path: String, item: String)?, removing: String?
    ) {
        if let (path, item) = ending {
            promised = promised.filter { !$0.key.hasPrefix("\(path)#") || $0.key == "\(path)#\(item)" }
        }
        if let removing { promised[removing] = nil }
        for (document, _) in samples { promised[Self.name(document)] = document.claim }
    }

    private static func name(_ document: ShardDocument) -> String {
        String(decoding: document.identifier.bytes.map { $0 == 0 ? 35 : $0 }, as: UTF8.self)
    }

    /// A reader sees everything promised, once, and every byte is intact.
    private func check() throws {
        plan.disarm()
        defer { plan.arm() }
        let snapshot = try Snapshot.open(directory)
        #expect(snapshot.damage.isEmpty)
        var found: [String: String] = [:]
        for shard in snapshot.shards {
            try shard.reader.forEachDocument { _, stored in
                guard shard.isLive(stored.rows.lowerBound) else { return }
                let name = Self.name(stored.document)
                #expect(found[name] == nil, "\(name) lives twice")
                found[name] = stored.document.claim
            }
        }
        #expect(found == promised, "\(faults)")
        #expect(try IndexVerifier.verify(directory).findings == [], "\(faults)")
    }

    private struct Missing: Error {}
}
