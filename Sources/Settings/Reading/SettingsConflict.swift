import Indexing
import Ingest
import Spool
import SystemPackage

/// Why values that are each right are wrong together.
struct SettingsConflict: Error {
    /// The key that is named to the user.
    let key: SettingsKey
    /// To follow the key's name: `is not smaller than …`.
    let text: String
}

/// The checks across keys. A bound of one key alone stands in its declaration.
extension DaemonSettings {
    func checkTogether() throws(SettingsConflict) {
        try checkIndexIsOutside()
        try checkOverlap()
    }

    /// Refuses an index that the daemon would take for something that was dropped, or would remove.
    private func checkIndexIsOutside() throws(SettingsConflict) {
        let index = ingest.indexing.indexDirectory.lexicallyNormalized()
        let spool = ingest.spool
        for folder in [spool.inbox, spool.work, spool.retry, spool.failed, spool.done]
        where index.starts(with: folder.lexicallyNormalized()) {
            throw SettingsConflict(
                key: .indexDirectory, text: "lies in \(folder), through which files move; name a folder outside")
        }
    }

    private func checkOverlap() throws(SettingsConflict) {
        let (overlap, target) = (ingest.indexing.overlapTokens, ingest.indexing.targetTokens)
        guard overlap >= target else { return }
        throw SettingsConflict(
            key: .overlapTokens, text: "is not smaller than \(SettingsKey.targetTokens), \(target)")
    }
}
