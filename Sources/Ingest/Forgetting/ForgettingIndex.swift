package import Indexing
package import Shards

/// What `Forgetting` needs of an index: that of the daemon while it runs, else the one that a command has opened.
package protocol ForgettingIndex: Sendable {
    /// Makes rows dead for good; see `IndexWriter.forget`.
    func forget(_ records: [ForgottenDocument]) throws(ShardsError) -> (documents: Int, rows: Int)
    /// Applies records of an earlier time; see `IndexWriter.recall`.
    func recall(_ records: [ForgottenDocument]) throws(ShardsError) -> (documents: Int, rows: Int)
}

extension IndexWriter: ForgettingIndex {}
