import Platform
import Quantization
import Shards
import Synchronization
package import SystemPackage

/// The index as the pipeline writes it: quantizes vectors, writes shards, commits generations, knows what is in it.
///
/// An index of a precision that needs ranges does not exist before it has them; `hasIndex` is false until then.
package final class IndexWriter: Sendable {
    private struct Open: Sendable {
        var store: IndexStore
        var quantizer: Quantizer
        /// Makes the sign plane that goes with 8-bit codes.
        var signs: Quantizer?
    }

    package let directory: FilePath
    private let configuration: IngestConfiguration
    private let model: TextModelIdentity
    private let open: Mutex<Open?>

    private init(_ configuration: IngestConfiguration, _ model: TextModelIdentity, _ open: Open?) {
        directory = configuration.indexDirectory
        self.configuration = configuration
        self.model = model
        self.open = Mutex(open)
    }

    /// Opens the index, or creates it when its ranges are known.
    ///
    /// - Parameter shippedRanges: the general ranges of this model; nil when there are none.
    /// - Throws: `IngestError`: `.mismatch` when an index is there that was made otherwise, `.cannotWrite` when the
    ///   directory cannot be used, `.configuration` for wrong ranges.
    package static func open(
        _ configuration: IngestConfiguration, model: TextModelIdentity, shippedRanges: FilePath?
    ) throws(IngestError) -> IndexWriter {
        let given = try configuration.ranges.map { path throws(IngestError) in
            try IndexRanges.read(path, for: model, precision: configuration.precision)
        }
        do throws(ShardsError) {
            if try IndexStore.exists(at: configuration.indexDirectory) {
                let expectation = IndexExpectation(
                    dimension: model.dimension, precision: configuration.precision, model: model.model,
                    encoder: model.encoder,
                    ranges: configuration.precision.needsRanges ? given?.file.fingerprint : nil)
                let store = try IndexStore(opening: configuration.indexDirectory, expecting: expectation)
                return IndexWriter(configuration, model, try prepared(store, configuration))
            }
        } catch {
            throw refusal(error)
        }
        var ranges = given
        if ranges == nil, configuration.precision.needsRanges, let shippedRanges {
            ranges = try IndexRanges.read(shippedRanges, for: model, precision: configuration.precision)
        }
        let writer = IndexWriter(configuration, model, nil)
        if ranges != nil || !configuration.precision.needsRanges { try writer.create(ranges) }
        return writer
    }

    /// Creates the index with these ranges, which it keeps for life.
    package func create(_ ranges: IndexRanges?) throws(IngestError) {
        let identity = IndexIdentity(
            dimension: model.dimension, precision: configuration.precision, model: model.model,
            encoder: model.encoder, ranges: configuration.precision.needsRanges ? ranges?.file.fingerprint : nil,
            compute: model.compute, modelName: model.name)
        do throws(ShardsError) {
            let store = try IndexStore.create(
                at: directory, identity: identity, ranges: configuration.precision.needsRanges ? ranges?.file : nil,
                passages: model.passageRules)
            let prepared = try Self.prepared(store, configuration)
            open.withLock { $0 = prepared }
        } catch {
            throw Self.refusal(error)
        }
    }

    /// Whether there is an index to commit to; without one, calibration comes first.
    package var hasIndex: Bool { open.withLock { $0 != nil } }

    /// The key of the live document of this identifier.
    func key(of identifier: DocumentIdentifier) -> SHA256Digest? {
        open.withLock { $0?.store.catalog[identifier]?.key }
    }

    /// The live documents that came from a file.
    func identifiers(ofPath path: [UInt8]) -> [DocumentIdentifier] {
        open.withLock { $0?.store.catalog.identifiers(ofPath: path) ?? [] }
    }

    /// Whether a claim has been committed whole.
    func contains(_ claim: ClaimName) -> Bool {
        open.withLock { $0?.store.catalog.claims.contains(claim.text) ?? false }
    }

    /// Writes the additions as a shard and commits them together with the removals.
    ///
    /// - Parameters:
    ///   - complete: claims whose files end in this commit; documents of others are marked as part of a file.
    ///   - failpoints: called before the shard and before the manifest.
    /// - Returns: documents that the quantizer refused, with the reason.
    /// - Throws: `ShardsError`.
    func commit(
        _ plan: CommitPlan, complete: Set<ClaimName>, failpoints: Failpoints
    ) throws -> [(EncodedDocument, DocumentFault)] {
        guard var current = open.withLock({ $0 }) else { return [] }
        let quantizedBefore = current.quantizer.rowCount
        let clippedBefore = current.quantizer.clippedCount
        var builder = ShardBuilder(
            identity: current.store.manifest.identity,
            options: ShardBuilder.Options(compressesCodes: configuration.codes == .compressed))
        var refused: [(EncodedDocument, DocumentFault)] = []
        for addition in plan.additions {
            do {
                var codes: [UInt8] = []
                var signs: [UInt8] = []
                try current.quantizer.append(rows: addition.vectors.span, to: &codes)
                try current.signs?.append(rows: addition.vectors.span, to: &signs)
                var record = addition.prepared.record
                let claim = addition.prepared.claim
                record.claim = complete.contains(claim) ? claim.text : claim.text + Self.partMark
                try builder.append(record, passages: addition.prepared.shardPassages, codes: codes, signs: signs)
            } catch {
                refused.append((addition, DocumentFault.encoder("\(error)")))
            }
        }
        guard !builder.isEmpty || !plan.removals.isEmpty else { return refused }
        var changes = IndexChanges(
            removals: plan.removals.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) },
            clippedValues: current.quantizer.clippedCount - clippedBefore,
            quantizedValues: (current.quantizer.rowCount - quantizedBefore) * model.dimension)
        try failpoints.reach(.beforeShard)
        if !builder.isEmpty {
            let milliseconds = UInt64(clamping: RealTime.now.nanoseconds / 1_000_000)
            let name = ShardName(milliseconds: milliseconds, random: .random(in: .min ... .max))
            changes.shards.append(try builder.write(into: directory, name: name))
        }
        try failpoints.reach(.beforeManifest)
        try current.store.commit(changes)
        open.withLock { $0 = current }
        return refused
    }

    /// Removes files that no manifest names any more.
    func collectGarbage() throws(ShardsError) {
        guard var current = open.withLock({ $0 }) else { return }
        _ = try current.store.collectGarbage()
    }

    /// What the status shows of the index.
    var summary: (generation: Int, documents: Int, rows: Int, clippedShare: Double)? {
        open.withLock { open in
            guard let manifest = open?.store.manifest else { return nil }
            return (manifest.generation, manifest.documents, manifest.rows, manifest.clippedShare)
        }
    }

    // The claim of a document whose file goes on in a later commit: recovery must not take the file for committed.
    private static let partMark = "+"

    private static func prepared(
        _ store: IndexStore, _ configuration: IngestConfiguration
    ) throws(ShardsError) -> Open {
        fatalError()
    }

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
