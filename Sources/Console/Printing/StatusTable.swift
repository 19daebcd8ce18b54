import FoundationEssentials
import Ingest
import Inspection
import Platform
import Quantization
import Spool
import Text

extension StatusReading {
    /// The status for a person: a heading, then a table of names and values, then what needs attention.
    package func table(_ style: Style) -> String {
        let isBad = !isCurrent && life != .stopped || page.state == .paused
        let table = page.rows(age: age).map { name, value in
            style.dressed(name + String(repeating: " ", count: max(12 - name.count, 1)), .faint)
                + TerminalText.visible(value) + "\n"
        }
        return style.dressed(TerminalText.visible(heading), isBad ? .bad : .good) + "\n" + table.joined()
            + page.attention
    }

    /// What the daemon does; a page that is not of now is never shown as if it were.
    var heading: String {
        let age = Figures.time(age)
        switch life {
        case .stopped: return "Stopped; these are the last figures, of \(age) ago"
        case .gone:
            return
                "Not running: process \(page.process) ended without a word; these are its last figures, of \(age) ago"
        case .running where !isCurrent:
            return
                "Running, but this page is \(age) old, because the daemon is suspended or cannot write it; it said: \(page.summary)"
        case .running: return page.summary
        }
    }
}

extension SpoolStatus {
    func rows(age: Duration) -> [(String, String)] {
        var rows = [
            ("spool", spool), ("index", index), ("model", "\(model), \(precision), \(compute)"), ("inbox", inboxRow),
            ("in work", Figures.counted(inWork, "file")),
        ]
        if let current { rows.append(("now", current.row)) }
        if let speedRow { rows.append(("speed", speedRow)) }
        rows += [
            (
                "since start",
                "\(Figures.counted(doneFiles, "file")) indexed, \(Figures.grouped(unchangedFiles)) unchanged, "
                    + "\(Figures.grouped(failed)) failed; \(Figures.counted(documentsAdded, "document")) added, "
                    + "\(Figures.grouped(documentsReplaced ?? 0)) replaced"
            ),
            (
                "holds",
                "\(Figures.counted(documents, "document")), \(Figures.counted(self.rows, "row")), generation \(generation)"
            ),
        ]
        rows += disk?.rows(countedAgo: disk?.counted.flatMap { countAge($0, age) }) ?? []
        rows.append(("written", "\(Figures.time(age)) ago, \(written), process \(process)"))
        if let calibratingPassages {
            rows.append(("calibrating", Figures.counted(calibratingPassages, "passage") + " so far"))
        }
        return rows
    }

    /// How long ago the folders were counted, in a page of some age.
    private func countAge(_ counted: String, _ age: Duration) -> Duration? {
        guard let then = try? Date(counted, strategy: .iso8601), let now = try? Date(written, strategy: .iso8601) else {
            return nil
        }
        return age + .seconds(max(now.timeIntervalSince(then), 0))
    }

    private var inboxRow: String {
        // As in the heading: whatever nobody writes to any more, as far as is known.
        var row =
            "\(inbox.queued + inbox.settling) queued, \(inbox.settling) of them settling, "
            + "\(inbox.beingWritten) being written"
        if inbox.ignored > 0 { row += ", \(inbox.ignored) ignored" }
        if inbox.blockedCount > 0 { row += ", \(inbox.blockedCount) blocked" }
        if let count = inbox.leftInPlace, count > 0 { row += ", \(count) left in place" }
        if hasMore == true { row += ", more not looked at yet" }
        if let reason = inbox.pollingReason { row += "; polled: \(reason)" }
        return row
    }

    private var speedRow: String? {
        guard tokensPerSecond >= 1 || leftSeconds != nil else { return nil }
        var row = "\(Figures.grouped(Int(tokensPerSecond))) tokens/s"
        if let filesPerSecond, filesPerSecond > 0 { row += ", \(Figures.decimals(filesPerSecond, 1)) files/s" }
        if let leftSeconds {
            row += ", about \(Figures.time(.seconds(leftSeconds))) left" + (hasMore == true ? " for what is known" : "")
        }
        return row
    }

    /// Notes below the table, a line each.
    var attention: String {
        var text = Quantizer.clippingNote(share: clippedShare)
        if let pausedReason {
            text += TerminalText.visible("waiting for the system since \(pausedSince ?? "?"): \(pausedReason)") + "\n"
        }
        if let alone { text += TerminalText.visible("tried alone: \(alone.path): \(alone.sentence)") + "\n" }
        text += inbox.notTaken
        for file in (deferred ?? []).prefix(10) {
            text += TerminalText.visible("waits for another try: \(file.path): \(file.sentence)") + "\n"
        }
        if failedLines > 0 {
            text +=
                "\(Figures.counted(failedLines, "line")) of JSON Lines failed since the start; 'vectorspool failed' lists what lies there now\n"
        }
        if let reloadError {
            text += TerminalText.visible("the new configuration was refused: \(reloadError)") + "\n"
        }
        if let reloadLater, !reloadLater.isEmpty, reloadError == nil {
            text += "a restart is needed for: \(reloadLater.joined(separator: ", "))\n"
        }
        return text
    }
}

extension SpoolStatus.Alone {
    /// Why everything else waits, and what comes then.
    var sentence: String {
        "the daemon died \(deaths == 1 ? "once" : "twice") while this file was open, so all others wait while it is tried "
            + "again; after three deaths it goes to failed/"
    }
}

extension SpoolStatus.Deferred {
    /// Why it waits, and for how long.
    var sentence: String {
        "\(reason); it is tried again in \(Figures.time(.seconds(seconds))), try \(tries + 1) of \(most)"
    }
}

extension SpoolStatus.InboxState {
    /// The first names of each state that are not taken for now, with why and what to do.
    fileprivate var notTaken: String {
        var text = ""
        for (state, word, count) in [
            ("blocked", "blocked", blockedCount), ("being_written", "being written", beingWritten),
            ("empty", "empty", empty), ("left", "left alone", left),
            ("left_in_place", "left in place", leftInPlace ?? 0), ("ignored", "ignored", ignored),
        ] {
            let names = listed.filter { $0.state == state }.prefix(Self.shown)
            for name in names {
                text += TerminalText.visible("\(word): \(name.path): \(Self.plain(name.reason, after: word))") + "\n"
            }
            if !names.isEmpty, count > names.count {
                text +=
                    "\(word): \(Figures.grouped(count - names.count)) more; 'vectorspool explain PATH' tells of each\n"
            }
        }
        return text
    }

    private static let shown = 10

    /// A reason that repeats the word in front of it, without that.
    private static func plain(_ reason: String, after word: String) -> String {
        reason.hasPrefix(word + ": ") ? String(reason.dropFirst(word.count + 2)) : reason
    }
}

extension WorkProgress.Report {
    /// How far the file is.
    fileprivate var row: String {
        var row = path + ": "
        switch stage {
        case .checking: row += "looking through it, \(Figures.bytes(bytesRead)) of \(Figures.bytes(bytes))"
        case .reading:
            row +=
                "\(Figures.bytes(bytesRead)) of \(Figures.bytes(bytes)) read, "
                + "\(Figures.counted(passagesEncoded, "passage")) encoded"
        case .encoding:
            row += "\(Figures.grouped(passagesEncoded)) of \(Figures.counted(passages, "passage")) encoded"
        }
        row += ", \(Figures.time(.seconds(seconds))) so far"
        if let leftSeconds { row += ", about \(Figures.time(.seconds(leftSeconds))) left" }
        return row
    }
}

extension DiskReport {
    /// What is free and what takes it; the latter is counted once an hour.
    fileprivate func rows(countedAgo: Duration?) -> [(String, String)] {
        func free(_ place: String, _ bytes: Int?) -> String? {
            bytes.map { "\(Figures.bytes($0)) free for the \(place)\(low.contains(place) ? ", which is low" : "")" }
        }
        let places =
            isOneDisk
            ? [free("spool", spoolFree).map { $0.replacing("for the spool", with: "for spool and index") }]
            : [free("spool", spoolFree), free("index", indexFree)]
        var row = places.compactMap(\.self).joined(separator: "; ")
        if let daysLeft, daysLeft < 3650 {
            row += "; at the growth of the last week full in \(Self.words(days: daysLeft))"
        }
        let names = ["index", "done", "replaced", "failed"]
        let counts = names.compactMap { name -> String? in
            guard let folder = folders[name], folder.files > 0 else { return nil }
            let least = folder.isWhole ? "" : "at least "
            let growth = folder.bytesPerDay > 0 ? " (+\(Figures.bytes(folder.bytesPerDay)) a day)" : ""
            return "\(name) \(least)\(Figures.bytes(folder.bytes)) in \(Figures.counted(folder.files, "file"))\(growth)"
        }
        let age = counts.isEmpty ? "" : countedAgo.map { "; counted \(Figures.time($0)) ago" } ?? ""
        let rows = [("disk", row), ("takes", counts.joined(separator: ", ") + age)]
        return rows.filter { !$0.1.isEmpty }
    }

    private static func words(days: Double) -> String {
        days < 2 ? "about \(Int(days * 24)) hours" : "about \(Figures.grouped(Int(days))) days"
    }
}
