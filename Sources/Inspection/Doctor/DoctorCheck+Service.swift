import Ingest
import Platform
import Spool
import Text

/// The checks of model, index and daemon.
extension DoctorCheck {
    static let model = DoctorCheck("model") { facts in
        guard let model = facts.model else { return [] }
        if let error = model.error {
            let other = "set model.directory to a sentence-transformers folder, or leave it out for the installed model"
            let own = "install the package again (or make setup in the source folder), or set model.directory"
            return [Finding(error, mend: model.published == nil ? other : own)]
        }
        guard let fingerprint = model.fingerprint else { return [] }
        if let published = model.published, published != fingerprint {
            return [
                Finding(
                    "the weights of \(model.path) are not the published ones (SHA-256 \(fingerprint))",
                    mend: "fetch them again: make setup in the source folder")
            ]
        }
        if let wanted = facts.storedIndex?.model, wanted != fingerprint {
            return [
                Finding(
                    "the index was made with another model than \(model.path)",
                    mend:
                        "set model.directory to the model of the index (vectorspool info), or use another index.directory"
                )
            ]
        }
        return []
    }

    static let ranges = DoctorCheck("ranges") { facts in
        var found = facts.rangesError.map { [Finding($0, mend: "correct index.ranges, or leave it empty")] } ?? []
        if let index = facts.storedIndex, index.clippedShare > 0.01 {
            found.append(
                Finding(
                    "more than 1 % of the index's values lie outside its ranges",
                    mend: "make ranges from your own text with vectorspool calibrate, and a new index with them"))
        }
        return found
    }

    static let index = DoctorCheck("index") { facts in
        guard let index = facts.storedIndex else { return missing(facts) }
        if let error = index.error { return [Finding(error, mend: "vectorspool verify --index \(index.path)")] }
        if let refusal = facts.indexRefusal {
            return [Finding(refusal, mend: "set the configuration back, or the daemon will not start again")]
        }
        return index.damage.map { Finding($0, mend: "vectorspool verify --index \(index.path)") }
    }

    /// Without text that was dropped a spool has no index yet, which is no fault.
    private static func missing(_ facts: DoctorFacts) -> [Finding] {
        guard let path = facts.missingIndex else { return [] }
        let documents = facts.status?.page.documents ?? 0
        let files = facts.unindexed?.count ?? 0
        guard documents > 0 || files > 0 else { return [] }
        let reason =
            files > 0
            ? "done/ holds \(files) \(files == 1 ? "file" : "files") that nobody can find"
            : "the daemon's page tells of \(documents) \(documents == 1 ? "document" : "documents")"
        let command = facts.unindexed.map { ": \($0.wholeCommand)" } ?? ""
        return [
            Finding(
                "there is no index in \(path), although \(reason)",
                mend:
                    "copy it back from a back-up; or start the daemon anew, which makes one, and move the files of done/ back "
                    + "into the inbox\(command)")
        ]
    }

    static let done = DoctorCheck("done") { facts in
        // Without an index, its own check tells.
        guard let found = facts.unindexed, facts.missingIndex == nil, facts.storedIndex?.error == nil else { return [] }
        let first = TerminalText.excerpt(found.first.displayName)
        let message =
            found.count == 1
            ? "a file of done/ is not in the index: \(first)"
            : "\(found.count) files of done/ are not in the index, the first: \(first)"
        return [Finding(message, mend: "move them back into the inbox, to be indexed again: \(found.command)")]
    }

    static let daemon = DoctorCheck("daemon") { facts in
        guard let status = facts.status else {
            return facts.statusError.map {
                [Finding($0, mend: "start the daemon, or where it runs start it again: \(facts.start)")]
            } ?? []
        }
        let page = status.page
        switch status.life {
        case .stopped: return [Finding("the daemon was stopped", mend: "start it: \(facts.start)")]
        case .gone:
            return [
                Finding(
                    "process \(page.process) ended without a word",
                    mend:
                        "start the daemon, which loses nothing: \(facts.start); why it ended is in its log: \(facts.log)"
                )
            ]
        case .running: break
        }
        var found: [Finding] = []
        if !status.isCurrent {
            found.append(
                Finding(
                    "the daemon runs, but its status page is old",
                    mend: "see whether runtime.directory can be written, and its log: \(facts.log)"))
        }
        if let reason = page.pausedReason {
            found.append(
                Finding("the daemon waits for the system: \(reason)", mend: "it goes on by itself once that is mended"))
        }
        if let pause = page.pausedBy {
            found.append(Finding("paused by \(pause.by) since \(pause.since)", mend: "vectorspool resume"))
        }
        if let error = page.reloadError {
            found.append(
                Finding("the new configuration was refused: \(error)", mend: "correct it, then vectorspool reload"))
        }
        if page.inbox.blockedCount > 0 {
            found.append(
                Finding(
                    "\(page.inbox.blockedCount) files or folders in the inbox cannot be taken",
                    mend: "vectorspool status names them, each with its remedy"))
        }
        return found
    }

    static let unit = DoctorCheck("unit") { facts in
        guard let unit = facts.unit else { return [] }
        var found: [Finding] = []
        // Where a status page says that it does not run, the daemon's check has said so.
        if !unit.isActive, facts.status == nil, facts.statusError == nil {
            found.append(Finding("vectorspoold.service does not run", mend: "start it: \(facts.start)"))
        }
        if !unit.isEnabled {
            let moment = unit.isOfSession ? "when you log in" : "with the machine"
            found.append(
                Finding(
                    "vectorspoold.service does not start \(moment)", mend: "\(unit.manager) enable vectorspoold"))
        }
        return found
    }

    static let leftovers = DoctorCheck("leftovers") { facts in
        guard let count = facts.leftovers, count > 0, !facts.isRunning else { return [] }
        let files = count == 1 ? "1 file of an earlier run waits" : "\(count) files of an earlier run wait"
        return [
            Finding("\(files) in work/", mend: "start the daemon, which takes up what is there; nothing is lost")
        ]
    }
}
