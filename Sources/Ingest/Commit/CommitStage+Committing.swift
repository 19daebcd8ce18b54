import Identity
import Indexing
import Logging
import Platform
import Shards
import Spool
import SystemPackage

/// One commit: inputs and rejected lines are safe on the disk before the index names the rows.
extension CommitStage {
    /// Commits the open shard with all files that have ended, and moves these on.
    mutating func commit() async throws {
        let isLast = isLast
        var withdrawn: Set<String> = []
        try await recheck(&withdrawn)
        let ends = group.ends
        // A file that was found to be at fault at last leaves nothing of itself in this shard, and takes nothing of its older
        // version with it.
        let atFault = Set(ends.filter { $0.ticket.fault != nil }.map(\.ticket.file.name.text))
        // Nor does one that is read again from its beginning.
        let unfinished = atFault.union(group.deferred)
        withdrawn.formUnion(unfinished)
        if context.options.keepsDone { try await makeDurable(ends.map(\.ticket.file).filter { !$0.isCopy }) }
        // Before the commit: after it a crash would leave nobody who knows of the bad lines.
        for end in ends { try await keepBadLines(end.ticket) }
        let wanted = IndexWriter.Changes(
            ended: ends.filter { $0.ticket.fault == nil && $0.ticket.isWhole }.map {
                IndexChanges.EndedFile(
                    path: $0.ticket.documentPath.bytes, staying: $0.ticket.staying,
                    documentsBefore: $0.documentsBefore)
            },
            withdrawn: withdrawn, parts: unfinished.union(group.openClaim.map { [$0] } ?? []))
        let added = try await context.gate.retrying("committing") {
            try context.failpoints.reach(.beforeShard)
            return try context.index.commit(wanted, of: context.shard) {
                try context.failpoints.reach(.beforeManifest)
            }
        }
        if case .unknown = added.durability {
            try await context.gate.retrying("making the commit durable") { try context.index.confirmDurability() }
        }
        try context.failpoints.reach(.afterCommit)
        let changes = group.changes(added.files, ended: ends.map(\.ticket))
        report(added)
        reportDelays(ends.map(\.ticket))
        reportVersions(ends.map(\.ticket), changes)
        try await retire(ends.map(\.ticket), changes)
        group.reset()
        pace.note(isLast: isLast)
    }

    /// Gives back files that were written after they were read; their rows are dead on arrival.
    private mutating func recheck(_ withdrawn: inout Set<String>) async throws {
        var staying: [OpenGroup.End] = []
        for end in group.ends {
            context.heart.beat()
            let file = end.ticket.file
            let isBack = try await context.gate.retrying("looking at a file again") {
                guard !file.isCopy, let now = try context.spool.work.statusIfPresent(file.path),
                    !now.isSameContents(as: file.status)
                else { return false }
                // When a newer file has the name, what was read is an older version, as good as any.
                return try context.spool.giveBack(file)
            }
            guard isBack else {
                staying.append(end)
                continue
            }
            context.logger.notice(
                "written while it was being indexed; it is taken again when it is quiet",
                metadata: ["path": "\(file.relativePath.displayName)"])
            if let lines = end.ticket.badLinesFile { context.spool.failed.removeIfPresent(lines) }
            withdrawn.insert(file.name.text)
            context.leave(end.ticket)
        }
        group.ends = staying
    }
}
