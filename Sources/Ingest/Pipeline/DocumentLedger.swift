import Platform
import Shards
import Synchronization

/// What is known of documents: those that the index has, and the files that are on the way there.
///
/// The intake asks it whether a document need not be encoded. It says so only while no other version of the file is in
/// flight, because that one will be committed first.
final class DocumentLedger: Sendable {
    private struct State {
        var inFlight: [[UInt8]: Int] = [:]
    }

    private let state = Mutex(State())
    private let index: IndexWriter

    init(_ index: IndexWriter) {
        self.index = index
    }

    /// A file of this path enters the pipeline.
    func enter(_ path: [UInt8]) {
        state.withLock { $0.inFlight[path, default: 0] += 1 }
    }

    /// A file of this path has been committed, failed or given back.
    func leave(_ path: [UInt8]) {
        state.withLock { state in
            let count = (state.inFlight[path] ?? 0) - 1
            state.inFlight[path] = count > 0 ? count : nil
        }
    }

    /// Whether the index has exactly this document, and will have when the file's turn comes.
    func isUnchanged(_ identifier: DocumentIdentifier, key: SHA256Digest, path: [UInt8]) -> Bool {
        guard state.withLock({ $0.inFlight[path] ?? 0 }) <= 1 else { return false }
        return index.key(of: identifier) == KeyPrefix(key)
    }
}
