package import Platform
package import SystemPackage
import Text

/// The file `requests/pause`: while it lies there, the daemon takes nothing new.
///
/// A file outlives a reboot and needs no daemon to be made or removed. The users who may write in `requests/` may pause.
package struct PauseFlag: Codable, Sendable, Equatable {
    /// Who asked for the pause.
    package let by: String
    /// The owner of the file, which nobody can forge.
    package let user: UInt32
    /// When, ISO 8601, UTC.
    package let since: String

    package init(by: String, user: UInt32, since: String) {
        self.by = by
        self.user = user
        self.since = since
    }

    /// The name of the file in `requests/`.
    package static let fileName: FilePath.Component = "pause"
    private static let path = FilePath(root: nil, [fileName])
    private static let limit = 4096

    /// The flag in the folder; nil when there is none.
    ///
    /// A flag without legible contents, such as one made by `touch`, pauses as well.
    ///
    /// - Throws: `PlatformError` when it is unknown whether there is one.
    package static func read(in requests: OpenDirectory) throws(PlatformError) -> PauseFlag? {
        guard let status = try requests.statusIfPresent(path) else { return nil }
        let bytes = status.kind == .regular ? try? requests.contents(of: path, limit: limit) : nil
        let line = bytes.flatMap { try? JSONLine($0) }
        func text(_ name: String) -> String? {
            line?.members.first { $0.name == name }.flatMap { line?.string($0) }
        }
        // The name is what the file claims; it counts only when it does not contradict the owner.
        let claimed = line?.members.first { $0.name == "user" }.flatMap { line?.integer($0) }
        let by = claimed == "\(status.owner)" ? text("by") : nil
        return PauseFlag(
            by: by.map { TerminalText.excerpt($0) } ?? "user \(status.owner)", user: status.owner,
            since: text("since").map { TerminalText.excerpt($0) }
                ?? RealTime(nanoseconds: status.modified).timestamp)
    }

    /// Puts the flag into the folder, durably; on a full disk an empty one, which tells its owner and its time.
    ///
    /// The machine may lose power right after the command, and nobody would know why the daemon takes files again.
    package func write(in requests: OpenDirectory) throws(PlatformError) {
        var object = JSONObject()
        object.add("by", by)
        object.add("user", user)
        object.add("since", since)
        do throws(PlatformError) {
            let durability = try requests.publish(
                Array((object.text + "\n").utf8), as: Self.fileName, mode: 0o644, isReplacing: true)
            if case .unknown(let error) = durability { throw error }
        } catch {
            guard error.cause == .noSpace || error.cause == .diskQuotaExceeded else { throw error }
            try? requests.open(Self.path, OpenFlags.newFile, mode: 0o644).close()
            guard try requests.statusIfPresent(Self.path) != nil else { throw error }
            try requests.synchronize()
        }
    }

    /// Takes the flag away, durably; nothing happens where there is none.
    package static func remove(in requests: OpenDirectory) throws(PlatformError) {
        do throws(PlatformError) {
            try requests.remove(path)
        } catch {
            guard error.isAbsence else { throw error }
        }
        try requests.synchronize()
    }

    /// Who paused and since when, and how to go on, for people.
    package var summary: String { "paused by \(by) since \(since); vectorspool resume" }
}
