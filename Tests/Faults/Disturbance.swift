import Foundation
import Platform
import Synchronization
import SystemPackage

/// Changes that droppers make to files in progress, each made once, just before a call that seems too late or too
/// early.
///
/// Marks beside the daemon's folder record the changes that were made, for the next process after a death.
final class Disturbance: Sendable {
    /// A version of a file that was made meanwhile.
    struct Version: Sendable {
        let path: FilePath
        let bytes: [UInt8]
        /// Whether it replaced the previous version, which can no longer be taken.
        let isReplacing: Bool
    }

    /// One change.
    private enum Deed: String, CaseIterable {
        /// A claimed file is written to before it is inspected again, so it is given back and its rows are withdrawn.
        case writeBeforeCommit
        /// A claimed file is written to after its commit.
        case writeAfterCommit
        /// A file is replaced by another one just before it is claimed, and goes back.
        case exchange
        /// Likewise, and its name is taken before it can go back.
        case exchangeForGood, retake

        var name: String {
            switch self {
            case .writeBeforeCommit: "written.txt"
            case .writeAfterCommit: "late.txt"
            case .exchange: "exchanged.txt"
            case .exchangeForGood, .retake: "retaken.txt"
            }
        }

        var version: Int { self == .retake ? 3 : 2 }
    }

    /// The names of the files that are changed.
    static let names = Set(Deed.allCases.map(\.name)).sorted()

    /// The contents of a version of a file.
    static func text(_ name: String, _ version: Int) -> String {
        "\(name.dropLast(4)) version \(Array(repeating: "\(version)", count: version).joined(separator: " "))"
    }

    /// The kinds of calls that are preceded by a change.
    static let calls: Set<SystemCall> = [.status, .lease, .rename]

    private let root: FilePath
    private let marks: FilePath
    /// How often the status of each claimed file was requested.
    private let looks = Mutex<[String: Int]>([:])
    private let done: Mutex<Set<Deed>>
    /// Held during a change and its mark; true when the process is about to end.
    private let isEnding = Mutex(false)

    /// Prepares the changes below `root`, the daemon's folder, with the marks in a folder that the plan does not cover.
    init(root: FilePath, marks: FilePath) {
        self.root = root
        self.marks = marks
        done = Mutex(Set(Deed.allCases.filter { FileStatus.exists(marks.appending($0.rawValue)) }))
    }

    /// Whether all changes have been made.
    var isComplete: Bool { done.withLock { $0.count == Deed.allCases.count } }

    /// The versions that were made, in order.
    var versions: [Version] {
        let done = done.withLock { $0 }
        return Deed.allCases.filter(done.contains).map { deed in
            Version(
                path: FilePath(deed.name), bytes: Array(Self.text(deed.name, deed.version).utf8),
                isReplacing: deed != .retake)
        }
    }

    /// Makes the change that is due before this call.
    func act(_ call: SystemCall, _ path: FilePath) {
        guard let last = path.lastComponent?.string, let name = Self.names.first(where: last.hasSuffix) else { return }
        let isClaimed = last != name
        switch (call, isClaimed) {
        case (.status, true):
            // The status is read at the claim, before the commit, and before the move to `done/`.
            let look = looks.withLock { looks in
                looks[name, default: 0] += 1
                return looks[name]
            }
            if look == 2 { perform(.writeBeforeCommit, of: name) { try overwrite(path, with: $0) } }
            if look == 3 { perform(.writeAfterCommit, of: name) { try overwrite(path, with: $0) } }
        case (.lease, false):
            for deed in [Deed.exchange, .exchangeForGood] { perform(deed, of: name) { try replace(path, by: $0) } }
        case (.rename, true) where done.withLock { $0.contains(.exchangeForGood) }:
            perform(.retake, of: name) { try write($0, to: root.appending("spool/inbox").appending(name)) }
        default: break
        }
    }

    private func perform(_ deed: Deed, of name: String, _ body: ([UInt8]) throws -> Void) {
        isEnding.withLock { isEnding in
            guard !isEnding, deed.name == name, done.withLock({ $0.insert(deed).inserted }) else { return }
            do {
                try body(Array(Self.text(name, deed.version).utf8))
                try Data().write(to: URL(fileURLWithPath: marks.appending(deed.rawValue).string))
            } catch {
                done.withLock { _ = $0.remove(deed) }
            }
        }
    }

    /// The process ends now: a change under way gets its mark first, and no other begins.
    ///
    /// A dropper is another process in truth, and does not die between the two.
    func end() { isEnding.withLock { $0 = true } }

    // These calls must not go through Platform, because they come from within a plan.

    private func write(_ bytes: [UInt8], to path: FilePath) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path.string))
    }

    private func overwrite(_ path: FilePath, with bytes: [UInt8]) throws {
        // The claiming thread may hold a lease, and must not wait for itself.
        let file = unsafe open(path.string, O_WRONLY | O_TRUNC | O_NONBLOCK)
        guard file >= 0 else { throw CocoaError(.fileWriteUnknown) }
        try FileHandle(fileDescriptor: file, closeOnDealloc: true).write(contentsOf: Data(bytes))
    }

    private func replace(_ path: FilePath, by bytes: [UInt8]) throws {
        let temporary = marks.appending("new")
        try write(bytes, to: temporary)
        guard unsafe rename(temporary.string, path.string) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
