import Foundation
import Ingest
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Random producers against a daemon that dies at random places, held to a law:
/// what was dropped is committed, known already, or failed; each file is in exactly one place; each document stands once.
@Suite struct ConservationTests {
    /// What has been dropped and was not overwritten before it was taken, per path, oldest first.
    struct Model {
        enum Content {
            case text(String)
            case objects([String: String])
            case bad
        }

        var versions: [String: [Content]] = [:]
        /// Every file that was dropped and not replaced by its producer, with the version that it is.
        var dropped: [(path: String, bytes: [UInt8], isGood: Bool)] = []

        /// The documents that must be live in the end: those of each path's last good version.
        var expected: [String: String] {
            var documents: [String: String] = [:]
            for (path, contents) in versions {
                for content in contents.reversed() {
                    if case .text(let text) = content { documents[path] = text }
                    if case .objects(let objects) = content {
                        for (item, text) in objects { documents["\(path)#\(item)"] = text }
                    }
                    if case .bad = content { continue }
                    break
                }
            }
            return documents
        }
    }

    static func words(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...5, using: &generator))
            .map { _ in "w\(Int.random(in: 0..<50, using: &generator))" }.joined(separator: " ")
    }

    static func drop(into harness: SpoolHarness, _ model: inout Model, _ generator: inout SeededGenerator) throws {
        let isObjects = Int.random(in: 0..<3, using: &generator) == 0
        let number = Int.random(in: 0..<5, using: &generator)
        let path = isObjects ? "o\(number).jsonl" : number == 4 ? "sub/deep.txt" : "t\(number).txt"
        let content: Model.Content
        let bytes: [UInt8]
        switch (Int.random(in: 0..<6, using: &generator), isObjects) {
        case (0, _):
            content = .bad
            bytes = [0xFF, 0x0A]
        case (_, true):
            var objects: [String: String] = [:]
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                objects["\(Int.random(in: 0..<20, using: &generator))"] = words(&generator)
            }
            content = .objects(objects)
            bytes = Array(objects.map { "{\"id\":\"\($0)\",\"text\":\"\($1)\"}\n" }.sorted().joined().utf8)
        default:
            let text = words(&generator)
            content = .text(text)
            bytes = Array(text.utf8)
        }
        // A version that is still in the inbox is replaced by the producer, as with any file.
        if FileStatus.exists(harness.spool.inbox.pushing(FilePath(path))) {
            model.versions[path]?.removeLast()
            if let last = model.dropped.lastIndex(where: { $0.path == path }) { model.dropped.remove(at: last) }
        }
        try harness.drop(FilePath(path), bytes)
        model.versions[path, default: []].append(content)
        let isGood = if case .bad = content { false } else { true }
        model.dropped.append((path, bytes, isGood))
    }

    @Test(.timeLimit(.minutes(10)), arguments: UInt64(1)...24) func nothingIsLostOrDoubled(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let harness = try SpoolHarness { options in
            options.maximumRows = Int.random(in: 1...20, using: &generator)
            options.maximumDelay = .milliseconds(10)
        }
        var model = Model()
        var deaths = 0
        for _ in 0..<Int.random(in: 4...10, using: &generator) {
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                try Self.drop(into: harness, &model, &generator)
            }
            let fatal = Int.random(in: 1...40, using: &generator)
            let count = Mutex(0)
            let isSystem = Bool.random(using: &generator)
            let failpoints = Failpoints { _ in
                guard
                    count.withLock({
                        $0 += 1; return $0 == fatal
                    })
                else { return }
                // Either the process dies, or the disk is full for a moment.
                if isSystem { throw PlatformError(.system, "write", path: "x", cause: .noSpace) }
                throw SpoolHarness.Death()
            }
            do {
                _ = try await harness.run(failpoints)
            } catch is SpoolHarness.Death {
                deaths += 1
            } catch let error as PlatformError {
                // A failpoint outside of what is repeated: the process ends, which is a death as well.
                #expect(error.cause == .noSpace, "\(generator)")
                deaths += 1
            }
        }
        _ = try await harness.run()
        let documents = try harness.documents()
        #expect(documents == model.expected, "\(generator), \(deaths) deaths")
        var kept: Set<[UInt8]> = []
        for folder in [harness.spool.done, harness.spool.replaced, harness.spool.failed] {
            for file in try harness.paths(in: folder) { kept.insert(try FileContents.read(folder.pushing(file))) }
        }
        var current: [String: [UInt8]] = [:]
        for file in model.dropped {
            #expect(kept.contains(file.bytes), "\(generator): a version of \(file.path) is nowhere")
            if file.isGood { current[file.path] = file.bytes }
        }
        #expect(try Set(harness.paths(in: harness.spool.done).map(\.string)) == Set(current.keys), "\(generator)")
        for (path, bytes) in current {
            #expect(try FileContents.read(harness.spool.done.appending(path)) == bytes, "\(generator): \(path)")
        }
        #expect(try harness.files(in: harness.spool.work) == [], "\(generator)")
        #expect(try harness.files(in: harness.spool.inbox) == [], "\(generator)")
    }
}
