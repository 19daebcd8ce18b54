import Lexicon
import Shards
import SystemPackage

extension IndexingOptions {
    /// The keys of the configuration that an index never changes, so that a daemon does not start with others.
    package static let keptKeys = ["index.precision", "index.language"]

    /// Refuses options that would keep a daemon from going on with the index in their directory.
    ///
    /// It reads no model and no ranges, so it says nothing about those. Where there is no index, or it cannot be read, there is nothing to
    /// contradict.
    ///
    /// - Throws: `IndexingError` of code `.mismatch`, which names both values and what to do.
    package func checkIndex() throws(IndexingError) {
        do throws(ShardsError) {
            _ = try Snapshot.open(
                indexDirectory,
                expecting: IndexExpectation(precision: precision, analyzer: analyzer.name),
                decodesCodes: false)
        } catch {
            guard error.code == .mismatch else { return }
            throw IndexWriter.refusal(error)
        }
    }
}
