package import Indexing
package import Shards
import Synchronization

/// An index that can forget: that of the daemon while it runs, else the one that a command has opened.
package protocol ForgettingIndex: Sendable {
    /// Makes rows dead for good; see `IndexWriter.forget`.
    func forget(_ records: [ForgottenDocument]) throws(ShardsError) -> (documents: Int, rows: Int)
    /// Applies records of an earlier time; see `IndexWriter.recall`.
    func recall(_ records: [ForgottenDocument]) throws(ShardsError) -> (documents: Int, rows: Int)
}

extension IndexWriter: ForgettingIndex {}

/// The index of a spool on which no daemon works.
package final class UnattendedIndex: ForgettingIndex {
    private let store: Mutex<IndexStore?>

    /// Takes an index that was opened for writing; nil where there is none yet.
    package init(_ store: consuming sending IndexStore?) { self.store = Mutex(store) }

    package func forget(_ records: [ForgottenDocument]) throws(ShardsError) -> (documents: Int, rows: Int) {
        try store.withLock { store throws(ShardsError) in try store?.forgetDurably(records) ?? (0, 0) }
    }

    package func recall(_ records: [ForgottenDocument]) throws(ShardsError) -> (documents: Int, rows: Int) {
        try store.withLock { store throws(ShardsError) in try store?.recallDurably(records) ?? (0, 0) }
    }
}
