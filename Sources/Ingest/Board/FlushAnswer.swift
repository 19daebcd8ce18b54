import FoundationEssentials
import Identity
import Platform

/// The answer to who waits until all that was dropped before has come to its end; as JSON it is the answer to a request.
package struct FlushAnswer: Codable, Sendable, Equatable {
    /// A file that came to no document, or whose lines did not all.
    package struct Exception: Codable, Sendable, Equatable {
        /// Below the inbox.
        package var path: String
        /// `failed`, or why it is not taken: `blocked`, `empty` or `being_written`; `deferred` waits for another try.
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

    /// The list is cut where it has so many bytes: an answer has a largest size.
    private static let byteCount = 128 << 10

    /// The answer of the page as it is, and of what failed.
    ///
    /// - Parameters:
    ///   - request: the identifier of the request.
    ///   - status: the page.
    ///   - failures: what failed since the moment that the wish names.
    ///   - wish: what is told of.
    ///   - owner: whose files alone are told of, by the name of a drop at least; nil for everybody's.
    package init(
        request: String, status: SpoolStatus, failures: [LatestFailures.Entry], wish: FlushWish,
        owner: UInt32?
    ) {
        let failures = Self.latest(failures.filter { wish.wants($0.path) && (owner == nil || owner == $0.owner) })
        // A dropper may not read the page.
        let isTold = owner == nil || wish.places != nil
        self.request = request
        generation = status.generation
        documents = status.documents
        failed = Self.cut(failures.map { Exception(path: $0.path, state: "failed", reason: $0.reason) })
        failedCount = failures.count
        waiting = Self.cut(
            status.inbox.listed.filter { isTold && Self.waitingStates.contains($0.state) && wish.wants($0.path) }
                .map { Exception(path: $0.path, state: $0.state, reason: $0.reason) })
        waiting += Self.cut(
            (status.deferred ?? []).filter { isTold && wish.wants($0.path) }
                .map { Exception(path: $0.path, state: "deferred", reason: $0.reason + "; it is tried again later") })
        blockedCount = status.inbox.blockedCount
        ignored = status.inbox.ignored
    }

    /// Says that the index waits for more text.
    package mutating func addShortage() {
        waiting.append(
            Exception(
                path: ".", state: "waiting",
                reason:
                    "the ranges of a new index are made from two passages at least, and there is one; drop more text, or "
                    + "start the daemon with --ranges"))
    }

    /// Of each file the last failure; it may have failed, been tried again and failed again.
    private static func latest(_ failures: [LatestFailures.Entry]) -> [LatestFailures.Entry] {
        var last: [[UInt8]: Int] = [:]
        for (place, failure) in failures.enumerated() {
            let path = Array(failure.path.utf8)
            if let known = last[path], failures[known].nanoseconds > failure.nanoseconds { continue }
            last[path] = place
        }
        return failures.enumerated().filter { last[Array($0.element.path.utf8)] == $0.offset }.map(\.element)
    }

    private static func cut(_ exceptions: [Exception]) -> [Exception] {
        var left = byteCount
        return Array(
            exceptions.prefix(listed).prefix {
                left -= $0.path.utf8.count + $0.reason.utf8.count
                return left > 0
            })
    }

    /// The answer as one JSON object.
    package var json: String { Self.json(self) }

    /// Some exceptions as a JSON array.
    package static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and numbers can always be written.
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Reads an answer; nil for one of another form.
    package static func read(_ bytes: [UInt8]) -> FlushAnswer? {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(FlushAnswer.self, from: Data(bytes))
    }
}
