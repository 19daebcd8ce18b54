import FoundationEssentials
import Identity
import Platform

/// The answer to who waits until all that was dropped before has come to its end; as JSON it is the answer to a request.
package struct FlushAnswer: Codable, Sendable, Equatable {
    /// A file that came to no document, or whose lines did not all.
    package struct Exception: Codable, Sendable, Equatable {
        /// Below the inbox.
        package var path: String
        /// `failed`, or why it is not taken: `blocked`, `empty` or `being_written`.
        package var state: String
        /// What is wrong, and what to do.
        package var reason: String
    }

    package var request: String
    package var generation: Int
    package var documents: Int
    /// Files that failed since the time that the request names, and how many; only the first are listed.
    package var failed: [Exception]
    package var failedCount: Int
    /// Files that are not taken for now; only the first are listed.
    package var waiting: [Exception]
    package var blockedCount: Int
    package var ignored: Int

    /// So many of each are listed at most.
    package static let listed = 100
    private static let waitingStates = Set(["blocked", "empty", "being_written"])

    /// The answer of the page as it is, and of what failed since a moment.
    package init(request: String, status: SpoolStatus, failures: ArraySlice<LatestFailures.Entry>) {
        self.request = request
        generation = status.generation
        documents = status.documents
        failed = failures.prefix(Self.listed).map { Exception(path: $0.path, state: "failed", reason: $0.reason) }
        failedCount = failures.count
        waiting = status.inbox.listed.filter { Self.waitingStates.contains($0.state) }.prefix(Self.listed * 3).map {
            Exception(path: $0.path, state: $0.state, reason: $0.reason)
        }
        blockedCount = status.inbox.blockedCount
        ignored = status.inbox.ignored
    }

    /// The answer as one JSON object.
    package var json: String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and numbers can always be written.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Reads an answer; nil for one of another form.
    package static func read(_ bytes: [UInt8]) -> FlushAnswer? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(FlushAnswer.self, from: Data(bytes))
    }
}
