import Indexing
import Ingest
import Spool
import SystemPackage

/// Why values that are valid separately are invalid together.
struct SettingsConflict: Error {
    /// The key to name to the user.
    let key: SettingsKey
    /// The message after the key's name, such as `is not smaller than …`.
    let text: String
}

/// The checks across keys; the bounds of a single key are in its declaration.
extension DaemonSettings {
    func checkTogether() throws(SettingsConflict) {
        try checkIndexIsOutside()
        try checkOverlap()
    }

    /// Refuses an index that the daemon would take for a dropped file, or would remove.
    private func checkIndexIsOutside() throws(SettingsConflict) {
        let index = ingest.indexing.indexDirectory.lexicallyNormalized()
        let spool = ingest.spool
        for folder in [spool.inbox, spool.work, spool.retry, spool.failed, spool.done]
        where index.starts(with: folder.lexicallyNormalized()) {
            throw SettingsConflict(
                key: .indexDirectory, text: "is inside \(folder), through which files move; choose a folder outside")
        }
    }

    private func checkOverlap() throws(SettingsConflict) {
        let (overlap, target) = (ingest.indexing.overlapTokens, ingest.indexing.targetTokens)
        guard overlap >= target else { return }
        throw SettingsConflict(
            key: .overlapTokens, text: "is not smaller than \(SettingsKey.targetTokens), \(target)")
    }
}
