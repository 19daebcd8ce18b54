import Foundation
import Platform
import SystemPackage
import TestSupport

/// What was dropped on a machine, and so what has to be found there.
struct World {
    /// How an attempt to forget ended.
    enum Forgetting {
        case certain, doubtful
    }

    /// A version of a file.
    struct Version {
        let path: FilePath
        let bytes: [UInt8]
        /// The path in the identifiers of its documents.
        let documentPath: FilePath
        /// Whether its bytes and its name were on the disk before anything else happened.
        var isSafe: Bool
        /// Whether a newer version took its place in the inbox before the daemon had it.
        var isOvertaken = false
        /// How what is known of the path was forgotten; nil where a file was dropped.
        fileprivate(set) var forgetting: Forgetting?

        init(path: FilePath, bytes: [UInt8], isSafe: Bool) {
            self.path = path
            self.bytes = bytes
            self.isSafe = isSafe
            documentPath = Contents(bytes, of: path).continues ?? path
        }
    }

    /// Versions since the last time that all was looked at, in their order.
    private(set) var versions: [Version] = []
    /// The documents of each path then.
    private(set) var documents: [FilePath: [String: String]] = [:]
    /// How often each content was dropped, ever.
    private(set) var drops: [[UInt8]: Int] = [:]
    /// What has to exist for ever: it was there when all was looked at.
    private(set) var treasure: Set<[UInt8]> = []
    /// Contents that are at fault, or may have been damaged by a cut.
    private(set) var mayFail: Set<[UInt8]> = []

    /// Notes a drop.
    mutating func drop(_ version: Version, isIgnored: Bool = false) {
        drops[Inspection.withoutHeader(version.bytes), default: 0] += 1
        if isIgnored {
            if version.isSafe { treasure.insert(version.bytes) }
            return
        }
        versions.append(version)
        if Contents(version.bytes, of: version.path).isBad { mayFail.insert(version.bytes) }
    }

    /// A file that had failed is in the inbox again, as it is, even if a cut had damaged it.
    mutating func retry(_ path: FilePath, _ bytes: [UInt8]) {
        versions.append(Version(path: path, bytes: bytes, isSafe: false))
    }

    /// Somebody drops a copy of a file that lies in the spool and stays there.
    mutating func copy(_ bytes: [UInt8]) { drops[Inspection.withoutHeader(bytes), default: 0] += 1 }

    /// Somebody wanted a document to be forgotten.
    mutating func forget(_ path: FilePath, _ forgetting: Forgetting) {
        var mark = Version(path: path, bytes: [], isSafe: true)
        mark.forgetting = forgetting
        versions.append(mark)
    }

    /// A file in the inbox was replaced before the daemon had it.
    mutating func overtake(_ path: FilePath, _ bytes: [UInt8]) {
        // An earlier file of these bytes may be the same one, which was given back.
        treasure.remove(Inspection.withoutHeader(bytes))
        for place in versions.indices where versions[place].path == path && versions[place].bytes == bytes {
            versions[place].isOvertaken = true
        }
    }

    /// Examines a machine on which the daemon has drained the inbox.
    ///
    /// - Returns: the violations.
    func troubles(_ inspection: WorldInspection) -> [Trouble] {
        inspection.general(mayFail: mayFail, unsafe: unsafe, drops: drops)
            + lost(inspection) + wrong(inspection.documents)
    }

    /// What of the producer's bytes may have been cut short, with its path.
    private var unsafe: [Version] { versions.filter { !$0.isSafe } }

    private func lost(_ inspection: WorldInspection) -> [Trouble] {
        let wanted = treasure.union(
            versions.filter { $0.isSafe && !$0.isOvertaken && $0.forgetting == nil }.map {
                Inspection.withoutHeader($0.bytes)
            })
        return wanted.filter { inspection.counts[$0] == nil }.map {
            Trouble(.lost, "the bytes '\(String(decoding: $0.prefix(60), as: UTF8.self))' are nowhere")
        }
    }

    private func wrong(_ found: [FilePath: [String: String]]) -> [Trouble] {
        Set(found.keys).union(documents.keys).union(versions.map(\.documentPath)).compactMap { path in
            let allowed = allowed(at: path)
            let present = found[path] ?? [:]
            guard !allowed.contains(present) else { return nil }
            let isTwice = present.values.contains { $0.hasPrefix("TWICE") }
            let history = versions.filter { $0.documentPath == path }.map {
                ($0.forgetting.map { "forgotten, \($0)" } ?? String(decoding: $0.bytes, as: UTF8.self))
                    + ($0.isSafe ? "" : " (not synced)")
                    + ($0.isOvertaken ? " (overtaken)" : "")
            }
            return Trouble(
                isTwice ? .twice : .lost,
                "\(path) is \(present) after \(documents[path] ?? [:]) and \(history)")
        }
    }

    /// The states in which the documents of a path may be.
    ///
    /// Mended lines have a name of their own, so they may be taken after newer versions that wait at the same time.
    private func allowed(at path: FilePath) -> Set<[String: String]> {
        let inOrder = versions.filter { $0.documentPath == path }
        let lines = inOrder.filter { $0.path != path }
        let states = states(after: inOrder, from: documents[path] ?? [:])
        guard !lines.isEmpty else { return states }
        return states.union(
            self.states(after: inOrder.filter { $0.path == path } + lines, from: documents[path] ?? [:]))
    }

    private func states(after versions: [Version], from documents: [String: String]) -> Set<[String: String]> {
        var states: Set<[String: String]> = [documents]
        for (place, version) in versions.enumerated() {
            if let forgetting = version.forgetting {
                let before = states
                states = [[:]]
                guard forgetting == .doubtful else { continue }
                states.formUnion(before)
                // A disk that comes back has new files, as if they were dropped after that moment.
                for first in 0..<place {
                    states.formUnion(self.states(after: Array(versions[first..<place]), from: [:]))
                }
                continue
            }
            let contents = Contents(version.bytes, of: version.path)
            let whole = Set(states.map { contents.applied(to: $0) })
            guard !version.isSafe || version.isOvertaken else {
                states = whole
                continue
            }
            var damaged: Set<[String: String]> = []
            for bytes in Self.damages(of: version) {
                let contents = Contents(bytes, of: version.path)
                for state in states { damaged.insert(contents.applied(to: state)) }
            }
            states = states.union(whole).union(damaged)
        }
        return states
    }

    /// What a cut may leave of a version that was not synced.
    static func damages(of version: Version) -> [[UInt8]] {
        guard !version.isSafe else { return [] }
        return version.bytes.indices.flatMap { end in
            let prefix = Array(version.bytes[..<end])
            return [prefix, prefix + Array(repeating: 0, count: version.bytes.count - end)]
        }
    }

    /// Everything is as it has to be: what is there now is the truth from now on.
    mutating func settle(_ inspection: WorldInspection) {
        documents = inspection.documents
        treasure.formUnion(inspection.kept)
        mayFail.formUnion(inspection.failedContents)
        versions = []
    }
}
