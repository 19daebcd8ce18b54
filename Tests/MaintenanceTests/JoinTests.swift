import Foundation
import Identity
import Maintenance
import Platform
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("Joining indexes")
struct JoinTests {
    /// The live documents of an index, with the texts of their passages.
    private func documents(of index: FilePath) throws -> [String: [String]] {
        var found: [String: [String]] = [:]
        for shard in try Snapshot.open(index).shards {
            var rows = try RowReader(shard.reader)
            for number in 0..<shard.reader.documentCount {
                let stored = try rows.document(number)
                guard shard.isLive(stored.rows.lowerBound) else { continue }
                let name = stored.document.identifier.displayName
                #expect(found[name] == nil, "\(name) lives twice")
                found[name] = try stored.rows.map {
                    String(decoding: try rows.text(of: try rows.passage(ofRow: $0)), as: UTF8.self)
                }
            }
        }
        let report = try IndexVerifier.verify(index)
        #expect(report.isSound, "\(report.findings)")
        return found
    }

    private func lives(_ count: Int, in scratch: borrowing ScratchDirectory, _ names: (Int) -> String) throws
        -> [LivingIndex]
    {
        try (0..<count).map { number in
            let folder = scratch.path.appending("\(number)")
            try Directory.create(folder)
            let index = try LivingIndex(in: folder, seed: UInt64(number))
            for part in 0..<3 { try index.put((0..<10).map { "\(names(number))\(part * 5 + $0)" }) }
            return index
        }
    }

    private func expected(_ indexes: [LivingIndex], _ prefix: (Int) -> String = { _ in "" }) -> [String: [String]] {
        var all: [String: [String]] = [:]
        for (number, index) in indexes.enumerated() {
            for (name, version) in index.expected { all[prefix(number) + name] = version.texts }
        }
        return all
    }

    @Test("documents of all are in one, and dead rows stay dead", arguments: [false, true])
    func disjoint(isJoinedTwice: Bool) throws {
        let scratch = try ScratchDirectory()
        let indexes = try lives(4, in: scratch) { "index\($0)-" }
        let target = scratch.path.appending("all")
        let sources = indexes.map { IndexJoin.Source($0.directory) }
        let first = try IndexJoin.join(
            isJoinedTwice ? Array(sources.prefix(2)) : sources, into: target, takesNewest: false)
        #expect(first.duplicates == 0)
        if isJoinedTwice {
            // What is there already is known again.
            let second = try IndexJoin.join(Array(sources.dropFirst()), into: target, takesNewest: false)
            #expect(second.duplicates == indexes[1].expected.count)
        }
        #expect(try documents(of: target) == expected(indexes))
        let maintained = try MaintainedIndex(target)
        #expect(try maintained.compact(.full, reserve: 0, claims: { [] }) { _ in } == .content)
        #expect(try documents(of: target) == expected(indexes))
        // Shards that share their file with a source are gone from the target alone.
        for index in indexes { #expect(try index.faults() == []) }
    }

    @Test("one name with different contents is refused, and then nothing is left; or the newest is taken")
    func conflicts() throws {
        let scratch = try ScratchDirectory()
        let indexes = try lives(2, in: scratch) { _ in "d" }
        let target = scratch.path.appending("all")
        let sources = indexes.map { IndexJoin.Source($0.directory) }
        let error = #expect(throws: MaintenanceError.self) {
            try IndexJoin.join(sources, into: target, takesNewest: false)
        }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("20 documents stand") == true && error?.message.contains("--newest") == true)
        #expect(!FileStatus.exists(target))
        for order in [sources, sources.reversed()] {
            let target = scratch.path.appending(
                "newest \(order[0].directory.removingLastComponent().lastComponent?.string ?? "")")
            let report = try IndexJoin.join(order, into: target, takesNewest: true)
            #expect(report.older == 20 && report.documents == 20)
            // Both were claimed at the same moments of their clocks; the first one stays.
            #expect(
                try documents(of: target)
                    == expected(
                        order.map { source in indexes.first { $0.directory == source.directory } ?? indexes[0] }
                            .reversed()))
        }
    }

    @Test("prefixes keep all, and are part of what is forgotten")
    func prefixes() throws {
        let scratch = try ScratchDirectory()
        let indexes = try lives(2, in: scratch) { _ in "d" }
        try indexes[1].forget(["d3"])
        let target = scratch.path.appending("all")
        let report = try IndexJoin.join(
            indexes.enumerated().map { IndexJoin.Source($1.directory, prefix: Array("p\($0)/".utf8)) }, into: target,
            takesNewest: false)
        #expect(report.rewritten > 0 && report.linked + report.copied == 0)
        #expect(try documents(of: target) == expected(indexes) { "p\($0)/" })
        #expect(try ForgottenDocuments.ofIndex(target).all.map(\.identifier.displayName) == ["p1/d3"])
    }

    @Test("what one index has forgotten is forgotten in the joined one")
    func forgotten() throws {
        let scratch = try ScratchDirectory()
        let index = try lives(1, in: scratch) { _ in "d" }[0]
        let old = scratch.path.appending("old")
        _ = try IndexSnapshot.make(of: index.directory, at: old)
        try index.forget(["d1", "d2"])
        let target = scratch.path.appending("all")
        _ = try IndexJoin.join(
            [IndexJoin.Source(old), IndexJoin.Source(index.directory)], into: target, takesNewest: false)
        #expect(try documents(of: target) == expected([index]))
    }

    @Test("indexes that cannot be one are refused in one sentence, and the target itself is no source")
    func mismatch() throws {
        let scratch = try ScratchDirectory()
        let index = try lives(1, in: scratch) { _ in "d" }[0]
        let folder = scratch.path.appending("other")
        try Directory.create(folder)
        let other = try LivingIndex(in: folder, seed: 1, model: 9)
        let error = #expect(throws: MaintenanceError.self) {
            try IndexJoin.join(
                [IndexJoin.Source(index.directory), IndexJoin.Source(other.directory)],
                into: scratch.path.appending("all"), takesNewest: false)
        }
        #expect(
            error?.code == .mismatch && error?.message.contains("differ in the model") == true,
            "\(error?.message ?? "")")
        #expect(throws: MaintenanceError.self) {
            try IndexJoin.join([IndexJoin.Source(index.directory)], into: index.directory, takesNewest: false)
        }
        #expect(try index.faults() == [])
    }

    @Test("a snapshot is the index of its moment, and shares its files")
    func snapshot() throws {
        let scratch = try ScratchDirectory()
        let index = try lives(1, in: scratch) { _ in "d" }[0]
        let before = expected([index])
        let copy = scratch.path.appending("copy")
        let report = try IndexSnapshot.make(of: index.directory, at: copy)
        #expect(report.copiedBytes == 0 && report.linkedBytes > 0)
        try index.put(["d1", "new"])
        let maintained = try MaintainedIndex(index.directory)
        _ = try maintained.compact(.purge, reserve: 0, claims: { [] }) { _ in }
        #expect(try documents(of: copy) == before)
        #expect(throws: MaintenanceError.self) { try IndexSnapshot.make(of: index.directory, at: copy) }
    }
}
