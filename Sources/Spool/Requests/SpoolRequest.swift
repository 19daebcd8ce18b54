import FoundationEssentials
package import Platform
package import SystemPackage
package import Text

/// What somebody asks of the daemon: a file `<id>.json` in `requests/`, answered by `<id>.answer.json`.
///
/// Both are written by rename, so nobody reads half of one, and no socket is needed.
package struct SpoolRequest: Sendable, Equatable {
    /// What is asked for.
    package enum Kind: String, Sendable {
        /// To answer when everything that was dropped before is committed or failed.
        case flush
        /// To move a failed file back to the inbox.
        case retry
        /// To take documents out of the index.
        case forget
    }

    package let id: String
    package let kind: Kind
    /// The file that it is about, below the inbox.
    package let path: FilePath?
    /// The owner of the request, whom nobody can forge.
    package let owner: UInt32
    /// When the request was made, by the clock of the file system, which also stamps dropped files.
    package let made: Int64

    private static let suffix = ".json"
    private static let answerSuffix = ".answer.json"
    private static let limit = 1 << 20
    /// How many names are looked at; whoever may write here could fill the folder.
    private static let mostNames = 1 << 16
    /// How many files and bytes of one owner are read at a time, so that nobody's keep those of others from being read.
    package static let mostOfOwner = 4096
    private static let mostBytesOfOwner = 16 << 20

    /// Leaves a request.
    ///
    /// - Parameters:
    ///   - kind: what is asked for.
    ///   - path: the file that it is about.
    ///   - folder: the folder of requests.
    ///   - details: adds what the kind of request needs.
    /// - Returns: its identifier.
    /// - Throws: `PlatformError`, of cause `.fileTooLarge` for more than is read of a request.
    package static func leave(
        _ kind: Kind, _ path: FilePath? = nil, in folder: OpenDirectory, details: (inout JSONObject) -> Void = { _ in }
    ) throws(PlatformError) -> String {
        let id = String(UInt64.random(in: .min ... .max), radix: 36)
        var object = JSONObject()
        object.add("request", kind.rawValue)
        // A name need not be text.
        if let path { object.add("path_base64", Data(path.bytes).base64EncodedString()) }
        details(&object)
        let bytes = Array((object.text + "\n").utf8)
        guard let name = FilePath.Component(id + suffix) else { return id }
        guard bytes.count <= limit else {
            throw PlatformError(
                .system, "leave a request", path: folder.place(of: FilePath(root: nil, [name])), cause: .fileTooLarge)
        }
        try folder.replaceVolatile(bytes, as: name, mode: 0o644)
        return id
    }

    /// The requests in the folder that this version knows, at most `mostOfOwner` of each owner; others are left to those
    /// who know them.
    ///
    /// - Throws: `PlatformError`, also where one of them cannot be read for a fault of the system.
    package static func pending(in folder: OpenDirectory) throws(PlatformError) -> [SpoolRequest] {
        var fault: PlatformError?
        let found = try pending(in: folder, &fault)
        if let fault { throw fault }
        return found
    }

    /// The requests in the folder that can be read.
    ///
    /// - Parameters:
    ///   - folder: the folder.
    ///   - fault: a fault of the system for which one was not seen. Look again then: the folder does not change a second time.
    /// - Returns: the others.
    /// - Throws: `PlatformError` when the folder cannot be listed.
    package static func pending(
        in folder: OpenDirectory, _ fault: inout PlatformError?
    ) throws(PlatformError) -> [SpoolRequest] {
        var found: [SpoolRequest] = []
        var read: [UInt32: (files: Int, bytes: Int)] = [:]
        var count = 0
        try folder.forEachEntry { (entry) throws(PlatformError) in
            count += 1
            guard let id = identifier(entry.name) else { return count < mostNames }
            let path = FilePath(root: nil, [entry.name])
            do throws(PlatformError) {
                let status = try readable { () throws(PlatformError) in try folder.status(of: path) }
                if let status, status.kind == .regular, status.size <= limit {
                    var sum = read[status.owner] ?? (0, 0)
                    sum = (sum.files + 1, sum.bytes + status.size)
                    guard sum.files <= mostOfOwner, sum.bytes <= mostBytesOfOwner else { return count < mostNames }
                    read[status.owner] = sum
                    if let request = try SpoolRequest(id, status, in: folder) { found.append(request) }
                }
            } catch {
                fault = error
            }
            return count < mostNames
        }
        return found
    }

    /// What somebody's file has; nil where its owner has closed it, taken it away, or made it too large.
    private static func readable<Value>(
        _ body: () throws(PlatformError) -> Value
    ) throws(PlatformError) -> Value? {
        do throws(PlatformError) {
            return try body()
        } catch {
            guard error.code != .system || error.isOthersDoing else { throw error }
            return nil
        }
    }

    /// The identifier that a name stands for; nil when it is not that of a request.
    private static func identifier(_ name: FilePath.Component) -> String? {
        let text = name.string
        guard text.hasSuffix(suffix), !text.hasSuffix(answerSuffix) else { return nil }
        let id = String(text.dropLast(suffix.count))
        return isIdentifier(id) ? id : nil
    }

    private init?(_ id: String, _ status: FileStatus, in folder: OpenDirectory) throws(PlatformError) {
        guard let line = try Self.contents(id, in: folder).flatMap({ try? JSONLine($0) }),
            let member = line.members.first(where: { $0.name == "request" }),
            let kind = line.string(member).flatMap({ Kind(rawValue: $0) })
        else { return nil }
        let encoded = line.members.first { $0.name == "path_base64" }.flatMap { line.string($0) }
        let file = encoded.flatMap { Data(base64Encoded: $0) }.flatMap { FilePath(bytes: Array($0)) }
        guard kind != .retry || file.map(Self.isBelow) ?? false else { return nil }
        self.id = id
        self.kind = kind
        path = file
        owner = status.owner
        made = status.changed
    }

    private static func isBelow(_ path: FilePath) -> Bool {
        path.isRelative && !path.isEmpty && path.components.allSatisfy { $0.kind == .regular }
    }

    /// The whole request, one JSON object; nil when it was withdrawn.
    ///
    /// - Throws: `PlatformError` for a fault of the system.
    package func contents(in folder: OpenDirectory) throws(PlatformError) -> [UInt8]? {
        try Self.contents(id, in: folder)
    }

    private static func contents(_ id: String, in folder: OpenDirectory) throws(PlatformError) -> [UInt8]? {
        try readable { () throws(PlatformError) in try folder.contents(of: FilePath(id + suffix), limit: limit) }
    }

    /// When a request was made; nil where it does not lie there.
    package static func made(_ id: String, in folder: OpenDirectory) throws(PlatformError) -> Int64? {
        try folder.statusIfPresent(FilePath(id + suffix))?.changed
    }

    /// Whether somebody has withdrawn it; not where that cannot be known.
    package func isWithdrawn(in folder: OpenDirectory) -> Bool {
        do throws(PlatformError) {
            return try folder.statusIfPresent(FilePath(id + Self.suffix)) == nil
        } catch {
            return false
        }
    }

    private static func isIdentifier(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
    }

    /// Writes the answer, one JSON object, and removes the request; returns whether it is gone.
    ///
    /// Who has put a folder in the place of the answer gets none: the others are not to wait for that.
    @discardableResult
    package func answer(_ object: String, in folder: OpenDirectory) throws(PlatformError) -> Bool {
        guard let name = FilePath.Component(id + Self.answerSuffix) else { return true }
        do throws(PlatformError) {
            try folder.replaceVolatile(Array((object + "\n").utf8), as: name, mode: 0o644)
        } catch {
            guard try folder.statusIfPresent(FilePath(root: nil, [name]))?.kind == .directory else { throw error }
        }
        return Self.withdraw(id, in: folder)
    }

    /// Whether an answer lies in the folder already, from a daemon that ended before it could remove the request.
    package func isAnswered(in folder: OpenDirectory) throws(PlatformError) -> Bool {
        try folder.statusIfPresent(FilePath(id + Self.answerSuffix)) != nil
    }

    /// Takes the answer to a request, and removes it; nil while there is none.
    package static func takeAnswer(to id: String, in folder: OpenDirectory) throws(PlatformError) -> [UInt8]? {
        let path = FilePath(id + answerSuffix)
        guard try folder.statusIfPresent(path) != nil else { return nil }
        let bytes = try folder.contents(of: path, limit: 1 << 20)
        // Where the daemon could not remove it, it would be carried out again.
        withdraw(id, in: folder)
        folder.removeIfPresent(path)
        return bytes
    }

    /// Removes a request that nobody waits for any more; returns whether it is gone.
    @discardableResult
    package static func withdraw(_ id: String, in folder: OpenDirectory) -> Bool {
        do throws(PlatformError) {
            try folder.remove(FilePath(id + suffix))
            return true
        } catch {
            return error.isAbsence
        }
    }

    /// Removes what is a day old and serves nobody: answers that nobody has taken, and what a power cut has left half written.
    package static func removeAbandoned(in folder: OpenDirectory, now: RealTime = .now) {
        for entry in (try? folder.entries()) ?? [] {
            let path = FilePath(root: nil, [entry.name])
            guard let status = try? folder.status(of: path), status.kind == .regular,
                status.changed < now.before(days: 1).nanoseconds, isAbandoned(entry.name, status, in: folder)
            else { continue }
            folder.removeIfPresent(path)
        }
    }

    private static func isAbandoned(_ name: FilePath.Component, _ status: FileStatus, in folder: OpenDirectory) -> Bool
    {
        if name.string.hasSuffix(answerSuffix) || OpenDirectory.isTemporary(name) { return true }
        guard identifier(name) != nil else { return false }
        // One that a later version understands is well formed, and somebody may wait for it longer than a day.
        let contents = try? folder.contents(of: FilePath(root: nil, [name]), limit: limit)
        return contents.map { (try? JSONLine($0)) == nil } ?? false
    }
}
