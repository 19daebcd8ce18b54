import Identity
import Inbox
import Ingest
package import Inspection
import Platform
import Spool
import SystemPackage
import Text

extension Explanation {
    /// The explanation for a person: a sentence, then where the file lies, then its history.
    package func text(_ style: Style) -> String {
        let role: Style.Role =
            switch verdict {
            case .failed, .ignored, .blocked, .left, .unknown: .bad
            default: .good
            }
        var text = style.dressed(name, .path) + ": " + style.dressed(sentence, role) + "\n"
        if let failure { text += Self.failure(failure) }
        if let badLines {
            let count = badLines.report.failedLines.map { Figures.counted($0, "line") } ?? "lines"
            text += "  " + style.dressed(count + " of it failed", .bad)
            text += badLines.place.map { ", kept in \($0.displayName)" } ?? ", kept in done/ with the others"
            text += "\n" + Self.failure(badLines.report)
        }
        for place in places {
            let when = RealTime(nanoseconds: place.modified).timestamp
            text += "  \(Self.label(place.kind)) \(place.path.displayName)"
            text += style.dressed("  \(Figures.bytes(place.size)), written \(when)", .faint) + "\n"
        }
        if !history.isEmpty { text += style.dressed("history", .strong) + "\n" }
        for entry in history { text += "  \(entry.time)  \(told(entry))\n" }
        return text
    }

    /// What an entry says; lines that were mended have a file of their own.
    private func told(_ entry: JournalEntry) -> String {
        entry.told + (entry.path == path ? "" : " from \(entry.path.displayName)")
    }

    private static func failure(_ report: FailureReport) -> String {
        "  \(TerminalText.visible(report.summary))\n  to mend it: \(TerminalText.visible(report.hint)); "
            + "\(TerminalText.visible(report.remedy))\n"
    }

    private var sentence: String {
        switch verdict {
        case .ignored:
            "ignored" + Self.with(ignoredFolder) + ": \(TerminalText.visible(ignoredBy?.reason ?? ""))"
        case .waiting: "waits in the inbox" + earlier + because
        case .blocked: (isHidden ? "cannot be seen" : "cannot be taken") + earlier + because
        case .left: "left alone" + Self.with(obstacle?.folder) + earlier + because
        case .working where isUnattended: "was being indexed, and waits for a daemon; none runs" + earlier
        case .working:
            (deferred.map { "waits for another try: " + TerminalText.visible($0.sentence) } ?? "is being indexed")
                + earlier
        case .failed: "failed" + earlier
        case .indexed:
            counts
                + (isOriginalGone
                    ? "; the file itself is not in done/ any more, so a search finds its text and no file to open; "
                        + "'vectorspool forget --missing' takes out what lies there no more" : "")
        case .leftInPlace:
            counts + "; left in place, because it may be read and not moved, and taken again when it changes"
        case .joined: joinedSentence
        case .forgotten where inPlace?.isForgotten ?? false:
            "forgotten; it stays where it is, because the daemon may not move it, and comes back when somebody writes to it"
        case .forgotten: "was forgotten at \(forgotten ?? ""); dropped again it comes back"
        case .gone where isIndexClosed:
            "was here; what the index has of it, only members of the group that may search can see"
        case .gone:
            strayRemedy.map { "lies in done/, but this index has nothing of it; to have it indexed again, run: " + $0 }
                ?? "was here, but the index has nothing of it now"
        case .unknown where item != nil && !isOfUnknownFile:
            "the file is known, but the index has no document of this name"
        case .unknown where isFolder: "a folder; what became of its files: " + logCommand
        case .unknown where glob != nil:
            "a file outside the spool, and nothing is known of this path; what was dropped under its name: "
                + logCommand
        case .unknown where isIndexClosed:
            "nothing is known of it in what you may read; members of the group that may search see more"
        case .unknown: "nothing is known of it; give its path below the inbox, as 'notes/a.md'"
        }
    }

    private var logCommand: String { "vectorspool log --path " + ShellWord.quoted((glob ?? "").utf8) }

    /// The command that moves the file to the inbox again; nil where that mends nothing.
    private var strayRemedy: String? {
        guard let place = strayPlace, let inbox else { return nil }
        let target = inbox.pushing(path)
        let folder = ShellWord.quoted(target.removingLastComponent().bytes)
        return "mkdir -p \(folder) && mv \(ShellWord.quoted(place.bytes)) \(ShellWord.quoted(target.bytes))"
    }

    private static func with(_ folder: FilePath?) -> String {
        folder.map { " with its folder \($0.displayName)" } ?? ""
    }

    private var joinedSentence: String {
        guard let joined else { return "" }
        return "its lines were mended and joined to \(joined.path.displayName)"
            + (joined.place.map { "; they lie in \($0.displayName)" } ?? "")
            + "; what became of them since: vectorspool explain "
            + ShellWord.quoted(joined.path.displayName.utf8)
    }

    private var earlier: String {
        guard let indexed else { return "" }
        // Right after its commit it is where it was before for a moment.
        let isSame = places.contains {
            ($0.kind == .inbox || $0.kind == .work) && $0.modified == indexed.modified
        }
        return isSame ? "" : ", and an earlier version is indexed"
    }

    private var because: String {
        guard let obstacle else {
            return stop.map { ": " + TerminalText.visible($0) } ?? (isUnattended ? " for a daemon; none runs" : "")
        }
        let word = "left alone: "
        let reason = obstacle.reason.hasPrefix(word) ? String(obstacle.reason.dropFirst(word.count)) : obstacle.reason
        return ": " + TerminalText.visible(reason)
    }

    private var counts: String {
        guard let indexed else { return "" }
        return
            "indexed: \(Figures.counted(indexed.documents, "document")), \(Figures.counted(indexed.passages, "passage")), "
            + "generation \(indexed.generation)"
    }

    private static func label(_ kind: Place.Kind) -> String {
        switch kind {
        case .inbox: "in the inbox "
        case .work: "in work      "
        case .done: "original     "
        case .failed: "failed       "
        case .replaced: "older version"
        }
    }

    /// The explanation as one JSON object.
    package var json: String {
        var object = JSONObject()
        object.add("path", path.displayName)
        if let item { object.add("item", String(decoding: item, as: UTF8.self)) }
        object.add("state", verdict.rawValue)
        object.add("ignored_by", ignoredBy?.pattern)
        object.add(
            "reason", ignoredBy?.reason ?? obstacle?.reason ?? deferred?.reason ?? (verdict == .waiting ? stop : nil))
        object.add("folder", (ignoredFolder ?? obstacle?.folder)?.displayName)
        object.add("places", rawJSON: "[" + places.map(Self.json).joined(separator: ",") + "]")
        object.add("forgotten_at", forgotten)
        if isOriginalGone { object.add("original_gone", true) }
        if isFolder { object.add("is_folder", true) }
        object.add("indexed", rawJSON: indexed.map(Self.json) ?? "null")
        object.add("failure", rawJSON: failure.map(Self.json) ?? "null")
        if let badLines {
            object.add("bad_lines", rawJSON: Self.json(badLines.report))
            object.add("bad_lines_path", badLines.place?.displayName)
        }
        if let joined {
            object.add("joined_to", joined.path.displayName)
            object.add("joined_path", joined.place?.displayName)
        }
        object.add("history", rawJSON: "[" + history.map(\.line).joined(separator: ",") + "]")
        return object.text
    }

    private static func json(_ place: Place) -> String {
        var object = JSONObject()
        object.add("kind", place.kind.rawValue)
        object.add("path", place.path.displayName)
        object.add("size", place.size)
        object.add("modified", RealTime(nanoseconds: place.modified).timestamp)
        return object.text
    }

    private static func json(_ indexed: Indexed) -> String {
        var object = JSONObject()
        object.add("documents", indexed.documents)
        object.add("passages", indexed.passages)
        object.add("generation", indexed.generation)
        object.add("claim", indexed.claim)
        return object.text
    }

    private static func json(_ failure: FailureReport) -> String {
        var object = JSONObject()
        object.add("code", failure.code)
        object.add("summary", failure.summary)
        object.add("hint", failure.hint)
        object.add("remedy", failure.remedy)
        object.add("failed_at", failure.failedAt)
        return object.text
    }
}
