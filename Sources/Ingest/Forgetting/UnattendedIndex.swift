package import Shards
import Synchronization

/// The index of a spool on which no daemon works, opened by a command for `Forgetting`.
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
