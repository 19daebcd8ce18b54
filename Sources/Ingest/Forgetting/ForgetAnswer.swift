import FoundationEssentials
import Identity
import Platform

/// What the one who asked is told: what the selection found, and what the outcome was; as JSON it answers a request.
package struct ForgetAnswer: Sendable, Equatable {
    /// Why nothing was done; nil when it was.
    package var refusal: String?
    /// Whether it only says what would be done.
    package var isDryRun = false
    /// Documents of the index and their passages.
    package var documents = 0
    package var passages = 0
    /// Files that went to `replaced/`, and files that were removed.
    package var movedFiles = 0
    package var deletedFiles = 0
    /// What was forgotten, file by file; only the first ones.
    package var names: [String] = []
    /// How many names there would be.
    package var nameCount = 0
    /// Names that nothing is known of.
    package var unknown: [String] = []
    /// Names that were forgotten earlier.
    package var already: [String] = []
    /// Files of the inbox that the daemon may not move; they stay there, forgotten until they change.
    package var left: [String] = []

    /// So many names are listed at most.
    package static let namesListed = 100

    package init(refusal: String? = nil) { self.refusal = refusal }

    /// What a selection says before anything is done.
    package init(_ selection: ForgetSelection, isDryRun: Bool) {
        self.isDryRun = isDryRun
        let names = selection.documents.map(\.displayName)
        documents = selection.liveDocuments
        passages = selection.passages
        self.names = Array(names.sorted().prefix(Self.namesListed))
        nameCount = names.count
        unknown = Array(selection.unknown.prefix(Self.namesListed))
        already = Array(selection.already.prefix(Self.namesListed))
    }

    /// Takes over what was done.
    package mutating func add(_ outcome: ForgetOutcome) {
        documents = outcome.documents
        passages = outcome.passages
        movedFiles = outcome.movedFiles
        deletedFiles = outcome.deletedFiles
        left = outcome.left.prefix(Self.namesListed).map(\.displayName)
    }
}

extension ForgetAnswer {
    /// The answer as one JSON object.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and numbers can always be written.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension ForgetAnswer: Codable {
    private enum CodingKeys: String, CodingKey {
        case refusal, documents, passages, names, unknown, already, left
        case isDryRun = "dry_run"
        case movedFiles = "moved_files"
        case deletedFiles = "deleted_files"
        case nameCount = "name_count"
    }
}
