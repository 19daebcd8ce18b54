package import Platform
package import Spool
import Text

/// What somebody asks to be forgotten; it stands so in a request, whose further key is `request`.
///
///     ForgetWish ─▶ ForgetSelection ─▶ ForgetOrder ─▶ Forgetting ─▶ ForgetOutcome ─▶ ForgetAnswer
///     as typed      what it means      to be done     does it       what was done    what is told
///
/// A running daemon takes the wish from a request, and the order waits at the `ForgetDesk` for the thread that commits. Where
/// none runs, `UnattendedSpool` does all of it, on an `UnattendedIndex`.
package struct ForgetWish: Sendable, Equatable {
    /// Documents as `search` prints them.
    package var names: [String]
    /// Globs for paths below the inbox.
    package var globs: [String]
    /// Whether those are meant whose original is in `done/` no more.
    package var isOfMissing: Bool
    /// Whether originals are removed instead of kept in `replaced/`.
    package var isDeleting: Bool
    /// Whether it is only told what would be forgotten.
    package var isDryRun: Bool

    package init(
        names: [String] = [], globs: [String] = [], isOfMissing: Bool = false, isDeleting: Bool = false,
        isDryRun: Bool = false
    ) {
        self.names = names
        self.globs = globs
        self.isOfMissing = isOfMissing
        self.isDeleting = isDeleting
        self.isDryRun = isDryRun
    }
}

extension ForgetWish {
    /// Leaves it as a request to the daemon.
    ///
    /// - Parameter requests: the folder of requests.
    /// - Returns: the identifier of the request.
    /// - Throws: `PlatformError`.
    package func leave(in requests: OpenDirectory) throws(PlatformError) -> String {
        // So what was dropped before has an earlier time than the request.
        RealTime.passTickOfFiles()
        return try SpoolRequest.leave(.forget, in: requests) { object in
            object.add("names", names)
            object.add("globs", globs)
            object.add("missing", isOfMissing)
            object.add("delete", isDeleting)
            object.add("dry_run", isDryRun)
        }
    }

    /// Why it is not done; nil when it may be.
    ///
    /// - Parameters:
    ///   - spool: the spool.
    ///   - keepDoneDays: how long the configuration keeps originals.
    /// - Returns: what to tell.
    package func refusal(_ spool: Spool, keepDoneDays: Int?) -> String? {
        guard isOfMissing else { return nil }
        if keepDoneDays != nil {
            return
                "spool.keepDoneDays removes originals by itself, so that one is missing says nothing: name the documents, "
                + "or give --glob"
        }
        guard let entries = try? spool.done.entries(), entries.isEmpty else { return nil }
        return
            "\(spool.places.done.displayName) holds nothing at all, so every document would be forgotten: if the folder is "
            + "on a disk that is not mounted, mount it; if all is meant, give --glob '**'"
    }
}

extension ForgetWish: Codable {
    private enum CodingKeys: String, CodingKey {
        case names, globs
        case isOfMissing = "missing"
        case isDeleting = "delete"
        case isDryRun = "dry_run"
    }
}
