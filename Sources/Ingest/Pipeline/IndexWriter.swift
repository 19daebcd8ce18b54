import FoundationEssentials
import Platform
import Quantization
import Shards
import Synchronization
package import SystemPackage

/// The index as the pipeline writes it: quantizes vectors, writes shards, commits generations, knows what is in it.
///
/// An index of a precision that needs ranges does not exist before it has them; `hasIndex` is false until then.
package final class IndexWriter: Sendable {
    /// What turns vectors into rows; the committing thread's alone.
    private struct Quantizers: Sendable {
        var codes: Quantizer
        /// Makes the sign plane that goes with 8-bit codes.
        var signs: Quantizer?
    }

    package let directory: FilePath
    private let configuration: IngestConfiguration
    private let model: TextModelIdentity
    // Two locks, because the intake asks for keys while a shard is being made.
    private let store: Mutex<IndexStore?>
    private let quantizers: Mutex<Quantizers?>
    private let wasCreated = Mutex(false)

    private init(_ configuration: IngestConfiguration, _ model: TextModelIdentity) {
        directory = configuration.indexDirectory
        self.configuration = configuration
        self.model = model
        store = Mutex(nil)
        quantizers = Mutex(nil)
    }

    /// Opens the index, or creates it when its ranges are known.
    ///
    /// - Parameter shippedRanges: the general ranges of this model; nil when there are none.
    /// - Throws: `IngestError`: `.mismatch` when an index is there that was made otherwise, `.cannotWrite` when the
    ///   directory cannot be used, `.configuration` for wrong ranges.
    package static func open(
        _ configuration: IngestConfiguration, model: TextModelIdentity, shippedRanges: FilePath?
    ) throws(IngestError) -> IndexWriter {
        var given: IndexRanges?
        if let path = configuration.ranges {
            given = try IndexRanges.read(path, for: model)
        }
        let needsRanges = configuration.precision.needsRanges
        let writer = IndexWriter(configuration, model)
        do throws(ShardsError) {
            if try IndexStore.exists(at: configuration.indexDirectory) {
                let expectation = IndexExpectation(
                    dimension: model.dimension, precision: configuration.precision, model: model.model,
                    encoder: model.encoder, ranges: needsRanges ? given?.file.fingerprint : nil,
                    compute: model.compute)
                try writer.adopt(try IndexStore.open(configuration.indexDirectory, expecting: expectation))
                return writer
            }
        } catch {
            throw refusal(error)
        }
        if given == nil, needsRanges, let shippedRanges {
            given = try IndexRanges.read(shippedRanges, for: model)
        }
        if given != nil || !needsRanges { try writer.create(given) }
        return writer
    }

    /// Creates the index with these ranges, which it keeps for life.
    package func create(_ ranges: IndexRanges?) throws(IngestError) {
        let identity = IndexIdentity(
            dimension: model.dimension, precision: configuration.precision, model: model.model,
            encoder: model.encoder, ranges: configuration.precision.needsRanges ? ranges?.file.fingerprint : nil,
            compute: model.compute, modelName: model.name)
        do throws(ShardsError) {
            try adopt(
                try IndexStore.create(
                    at: directory, identity: identity, ranges: configuration.precision.needsRanges ? ranges?.file : nil,
                    passages: model.passageRules, time: Date()))
            wasCreated.withLock { $0 = true }
        } catch  where error.code == .exists {
            // Another daemon was first with the same directory; its index serves if it is made alike.
            do throws(ShardsError) {
                try adopt(
                    try IndexStore.open(
                        directory,
                        expecting: IndexExpectation(
                            dimension: model.dimension, precision: configuration.precision, model: model.model,
                            encoder: model.encoder, ranges: identity.ranges, compute: model.compute)))
            } catch {
                throw Self.refusal(error)
            }
        } catch {
            throw Self.refusal(error)
        }
    }

    private func adopt(_ opened: IndexStore) throws(ShardsError) {
        let precision = opened.identity.precision
        do {
            var ranges: Ranges?
            if precision.needsRanges {
                let file = try FileContents.read(directory.appending("ranges.npy"), limit: 1 << 24)
                ranges = try Ranges(numPyFile: file.rawSpan)
            }
            let codes = try Quantizer(precision: precision, dimension: model.dimension, ranges: ranges)
            let signs = try precision.needsRanges ? Quantizer(precision: .ubinary, dimension: model.dimension) : nil
            quantizers.withLock { $0 = Quantizers(codes: codes, signs: signs) }
        } catch {
            throw ShardsError(.corrupt, path: directory.appending("ranges.npy"), "\(error)")
        }
        store.withLock { $0 = opened }
    }

    /// Whether this process made the index.
    var isNew: Bool { wasCreated.withLock { $0 } }

    /// Whether there is an index to commit to; without one, calibration comes first.
    package var hasIndex: Bool { store.withLock { $0 != nil } }

    /// The key of the live document of this identifier.
    func key(of identifier: DocumentIdentifier) -> SHA256Digest? {
        store.withLock { $0?.catalog[identifier]?.key }
    }

    /// The live documents that came from a file.
    func identifiers(ofPath path: [UInt8]) -> [DocumentIdentifier] {
        store.withLock { $0?.catalog.identifiers(ofPath: path) ?? [] }
    }

    /// Whether a claim has been committed whole.
    func contains(_ claim: ClaimName) -> Bool {
        store.withLock { $0?.catalog.claims.contains(claim.text) ?? false }
    }

    /// Writes the additions as a shard and commits them together with the removals; blocks.
    ///
    /// - Parameters:
    ///   - complete: claims whose files end in this commit; documents of others are marked as part of a file.
    ///   - failpoints: called before the shard and before the manifest.
    /// - Throws: `ShardsError` or `QuantizationError`; nothing is committed then, and the call may be repeated.
    func commit(_ plan: CommitPlan, complete: Set<ClaimName>, failpoints: Failpoints) throws {
        guard let identity = store.withLock({ $0?.identity }) else { return }
        var changes = IndexChanges(
            removals: plan.removals.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) })
        let builder = try quantizers.withLock { quantizers in
            try build(plan, identity, complete, &quantizers, &changes)
        }
        guard !builder.isEmpty || !plan.removals.isEmpty else { return }
        try failpoints.reach(.beforeShard)
        if !builder.isEmpty {
            let milliseconds = UInt64(clamping: RealTime.now.nanoseconds / 1_000_000)
            let name = ShardName(milliseconds: milliseconds, random: .random(in: .min ... .max))
            changes.shards.append(try builder.write(into: directory, name: name))
        }
        try failpoints.reach(.beforeManifest)
        try store.withLock { store throws(ShardsError) in
            _ = try store?.commit(changes, at: Date())
        }
    }

    private func build(
        _ plan: CommitPlan, _ identity: IndexIdentity, _ complete: Set<ClaimName>, _ quantizers: inout Quantizers?,
        _ changes: inout IndexChanges
    ) throws -> ShardBuilder {
        var builder = ShardBuilder(
            identity: identity, options: ShardBuilder.Options(compressesCodes: configuration.codes == .compressed))
        let rows = quantizers?.codes.rowCount ?? 0
        let clipped = quantizers?.codes.clippedCount ?? 0
        for addition in plan.additions {
            var codes: [UInt8] = []
            var signs: [UInt8] = []
            try quantizers?.codes.append(rows: addition.vectors.span, to: &codes)
            try quantizers?.signs?.append(rows: addition.vectors.span, to: &signs)
            var record = addition.prepared.record
            let claim = addition.prepared.claim
            record.claim = complete.contains(claim) ? claim.text : claim.text + Self.partMark
            try builder.append(record, passages: addition.prepared.shardPassages, codes: codes, signs: signs)
        }
        changes.clippedValues = (quantizers?.codes.clippedCount ?? 0) - clipped
        changes.quantizedValues = ((quantizers?.codes.rowCount ?? 0) - rows) * model.dimension
        return builder
    }

    /// Removes files that no manifest names any more; blocks.
    func collectGarbage() throws(ShardsError) {
        guard let snapshot = store.withLock({ $0 }) else { return }
        try snapshot.collectGarbage(now: Date())
    }

    /// What the status shows of the index.
    var summary: (generation: Int, documents: Int, rows: Int, clippedShare: Double)? {
        store.withLock { store in
            guard let manifest = store?.manifest else { return nil }
            return (manifest.generation, manifest.documents, manifest.rows, manifest.clippedShare)
        }
    }

    // The claim of a document whose file goes on in a later commit: recovery must not take the file for committed.
    private static let partMark = "+"

    static func refusal(_ error: ShardsError) -> IngestError {
        switch error.code {
        case .mismatch: IngestError(.mismatch, "\(error)", cause: error)
        case .system: IngestError(.cannotWrite, "\(error)", cause: error)
        case .corrupt, .unsupported, .notFound:
            IngestError(.badData, "\(error); 'vectorspool verify' tells more", cause: error)
        default: IngestError(.configuration, "\(error)", cause: error)
        }
    }
}
