import IngestSupport
import SystemPackage

/// What has to be found in the end.
extension Scenario {
    /// The expected final state.
    struct Expectation: Sendable {
        /// The live documents, by identifier.
        var documents: [String: String] = [:]
        /// The contents of `done/` and `replaced/`, in any order and under any name.
        var done: [[UInt8]] = []
        /// The contents of `failed/` without its sidecars.
        var failed: [[UInt8]] = []
        /// What stays in the inbox, since nobody but its owner may move it.
        var left: [FilePath: [UInt8]] = [:]
        /// Documents of which it is not known which version was blamed.
        var unsure: Set<String> = []
    }

    /// The expected final state.
    ///
    /// `blamed` contains the files that were rightly blamed for system faults, and `later` the versions made meanwhile.
    func expectation(without blamed: [Drop], later: [Disturbance.Version]) -> Expectation {
        var expected = Expectation(failed: blamed.map(\.bytes))
        var blamed = blamed
        var current: [FilePath: [UInt8]] = [:]
        let overwritten = Set(later.filter(\.isReplacing).map(\.path))
        for file in blamed {
            let versions = drops.joined().count { $0.path == file.path && $0.bytes == file.bytes }
            if versions > 1 { expected.unsure.insert(file.path.string) }
        }
        for (drops, requests) in zip(drops, requests) {
            for drop in drops where !overwritten.contains(drop.path) {
                Self.take(drop, &blamed, &current, &expected)
            }
            for path in requests.compactMap(\.forgotten) {
                current[path] = nil
                expected.documents = expected.documents.filter { name, _ in
                    name != path.string && !name.hasPrefix(path.string + "#")
                }
            }
        }
        for version in later { Self.take(Drop(version.path, version.bytes), &blamed, &current, &expected) }
        return expected
    }

    private static func take(
        _ drop: Drop, _ blamed: inout [Drop], _ current: inout [FilePath: [UInt8]], _ expected: inout Expectation
    ) {
        let isLeft = ClosedFolder.holds(drop.path)
        if isLeft { expected.left[drop.path] = drop.bytes }
        if let place = blamed.firstIndex(where: { $0.path == drop.path && $0.bytes == drop.bytes }) {
            blamed.remove(at: place)
        } else if drop.isBad {
            if !isLeft { expected.failed.append(drop.bytes) }
        } else {
            // The same bytes at the same path once more are one file.
            if !isLeft, current[drop.path] != drop.bytes { expected.done.append(drop.bytes) }
            current[drop.path] = drop.bytes
            if drop.path == "lines.jsonl" {
                takeLines(drop, &expected)
            } else {
                expected.documents[drop.path.string] = StubPassageEncoder.stored(text(drop))
            }
        }
    }

    private static func takeLines(_ drop: Drop, _ expected: inout Expectation) {
        let name = drop.path.string
        let text = String(decoding: drop.bytes, as: UTF8.self)
        for (item, word) in ["x": "seven", "y": "eight", "z": "nine"] {
            expected.documents["\(name)#\(item)"] = text.contains("\"\(item)\"") ? word : nil
        }
        if text.contains(badLine) { expected.failed.append(Array((badLine + "\n").utf8)) }
    }
}
