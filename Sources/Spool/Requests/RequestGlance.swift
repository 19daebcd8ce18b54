package import Platform

/// Tells whether folders of requests have changed since they were last looked at.
package struct RequestGlance {
    /// The folders as they were; nil where a change might not be seen.
    private var seen: [FileStatus]?

    /// The coarsest tick of a file system's clock: what changes within one leaves no mark.
    private static let tick: Int64 = 100_000_000

    package init() {}

    /// Whether there may be something new in any of the folders.
    ///
    /// - Throws: `PlatformError`; the next look finds news then.
    package mutating func isNews(_ folders: RequestFolders) throws(PlatformError) -> Bool {
        try isNews(folders.all.map(\.directory))
    }

    /// Whether there may be something new in any of the folders.
    ///
    /// - Throws: `PlatformError`; the next look finds news then.
    package mutating func isNews(_ folders: [OpenDirectory]) throws(PlatformError) -> Bool {
        let before = seen
        seen = nil
        var present: [FileStatus] = []
        for folder in folders { present.append(try folder.status()) }
        return isNews(present, since: before, at: .now)
    }

    /// Whether folders that have this status at a moment may have something new since the last look.
    package mutating func isNews(_ present: [FileStatus], at now: RealTime) -> Bool {
        isNews(present, since: seen, at: now)
    }

    private mutating func isNews(_ present: [FileStatus], since before: [FileStatus]?, at now: RealTime) -> Bool {
        // Judged at the time of the look: what comes within the tick of the last change is met by the next one.
        seen = present.allSatisfy { $0.isSettled(at: now, for: Self.tick) } ? present : nil
        guard let before, before.count == present.count else { return true }
        return zip(present, before).contains { !$0.isSameVersion(as: $1) }
    }

    /// Makes the next look find news, since this one has not seen all.
    package mutating func lookAgain() { seen = nil }
}
