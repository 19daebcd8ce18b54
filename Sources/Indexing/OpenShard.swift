import Identity
import Lexicon
import Platform
import Quantization
package import Shards
import Synchronization
import SystemPackage

/// A shard in the making: vectors are quantized into it row by row, and a commit closes it.
///
/// A document goes into one shard whole, so each lane of the pipeline fills a shard of its own: a note need not wait for the
/// end of a novel.
package final class OpenShard: Sendable {
    private struct State: Sendable {
        var codes: Quantizer
        /// Makes the sign plane that goes with 8-bit codes.
        var signs: Quantizer?
        var builder: ShardBuilder
        /// The shard once it is written, so that it is not written again when the commit has to be repeated.
        var receipt: ShardReceipt?
        var clippedBefore = 0
        var rowsBefore = 0
    }

    private let options: IndexingOptions
    // Its own lock, because the intake asks the index for keys while a shard is being made.
    private let state = Mutex<State?>(nil)
    /// Makes the terms; nil before the first passage.
    private let reader = Mutex<TermReader?>(nil)

    init(_ options: IndexingOptions) { self.options = options }

    /// Begins the first shard of an index.
    ///
    /// - Throws: `QuantizationError` for ranges that do not fit.
    func adopt(_ identity: IndexIdentity, ranges: Ranges?) throws(QuantizationError) {
        let precision = identity.precision
        let made = State(
            codes: try Quantizer(precision: precision, dimension: identity.dimension, ranges: ranges),
            signs: precision.needsRanges ? try Quantizer(precision: .ubinary, dimension: identity.dimension) : nil,
            builder: builder(identity))
        state.withLock { $0 = made }
    }

    private func builder(_ identity: IndexIdentity) -> ShardBuilder {
        ShardBuilder(
            identity: identity,
            options: ShardBuilder.Options(
                compressesCodes: options.codes == .compressed, analyzer: options.analyzer, hasColumns: true))
    }

    /// The terms of passages.
    private func terms(of passages: [ShardPassage]) throws(LexiconError) -> [TermList] {
        try reader.withLock { reader throws(LexiconError) in
            if reader == nil { reader = try TermReader(options.analyzer) }
            return passages.map { passage in
                var list = TermList()
                reader?.append(passage.text.span, to: &list)
                return list
            }
        }
    }

    /// Adds rows to the document that is open.
    ///
    /// - Throws: `QuantizationError` for a vector with a value that is not finite; `ShardsError`.
    package func append(_ passages: [ShardPassage], vectors: [Float]) throws {
        let terms = try terms(of: passages)
        try state.withLock { state in
            guard state != nil else { return }
            var codes: [UInt8] = []
            var signs: [UInt8] = []
            try state?.codes.append(rows: vectors.span, to: &codes)
            try state?.signs?.append(rows: vectors.span, to: &signs)
            try state?.builder.append(passages: passages, codes: codes, signs: signs, terms: terms)
        }
    }

    /// Adds rows to the document that is open, as another document of the index has them.
    ///
    /// - Throws: `ShardsError`.
    package func append(_ rows: StoredRows.Rows) throws {
        let terms = try terms(of: rows.passages)
        try state.withLock { state in
            try state?.builder.append(
                passages: rows.passages, codes: rows.codes, signs: rows.signs, terms: terms)
        }
    }

    /// Closes the document that is open.
    package func finish(_ record: ShardDocument) throws(ShardsError) {
        try state.withLock { state throws(ShardsError) in try state?.builder.finish(record) }
    }

    /// Takes the rows of the document that is open back.
    package func abandonDocument() { state.withLock { $0?.builder.abandonDocument() } }

    /// Rows in it.
    package var rowCount: Int { state.withLock { $0?.builder.rowCount ?? 0 } }
    /// Documents in it that are complete.
    package var documentCount: Int { state.withLock { $0?.builder.documentCount ?? 0 } }
    /// About the memory that it takes.
    package var byteCount: Int { state.withLock { $0?.builder.byteCount ?? 0 } }
    /// Whether no document is open.
    package var isBetweenDocuments: Bool { state.withLock { $0?.builder.openRowCount ?? 0 } == 0 }
    /// The name of the shard that is written and that no manifest names yet.
    var writtenName: ShardName? { state.withLock { $0?.receipt?.name } }

    /// Writes the shard, unless that is done, and adds it to the changes of a commit; blocks.
    ///
    /// `renaming` gives the claims that get another name, and the names.
    func write(
        into directory: OpenDirectory, renaming: [(claim: String, name: String)], _ changes: inout IndexChanges
    ) throws(ShardsError) -> ShardReceipt? {
        try state.withLock { state throws(ShardsError) -> ShardReceipt? in
            guard state != nil else { return nil }
            if state?.receipt == nil, state?.builder.isEmpty == false {
                for (claim, name) in renaming { state?.builder.rename(claim: claim, to: name) }
                let milliseconds = UInt64(clamping: RealTime.now.nanoseconds / 1_000_000)
                let name = ShardName(milliseconds: milliseconds, random: .random(in: .min ... .max))
                let written = try state?.builder.write(into: directory, name: name)
                state?.receipt = written
            }
            guard let state, let written = state.receipt else { return nil }
            changes.shards = [written]
            changes.clippedValues = state.codes.clippedCount - state.clippedBefore
            changes.quantizedValues = (state.codes.rowCount - state.rowsBefore) * state.codes.dimension
            return written
        }
    }

    /// Begins the next shard after a commit.
    func begin(_ identity: IndexIdentity) {
        state.withLock { state in
            state?.builder = builder(identity)
            state?.receipt = nil
            let (clipped, rows) = (state?.codes.clippedCount ?? 0, state?.codes.rowCount ?? 0)
            state?.clippedBefore = clipped
            state?.rowsBefore = rows
        }
    }
}
