import Documents
import Encoding
import Identity
import Indexing
import Logging
import Platform
import Spool
import SystemPackage

/// What an earlier run left in `work/`.
extension IntakeStage {
    /// Crashes on one file after which it is held to be their cause.
    private static let poisonousAttempts = 3

    /// Puts away what needs no work any more.
    ///
    /// - Returns: the claims that have to be taken up again.
    func recover() async throws -> [ClaimedFile] {
        for file in leftovers { file.name.observe() }
        let settled = settled(leftovers)
        var waiting: [ClaimedFile] = []
        var newest: [FilePath: ClaimName] = [:]
        for file in leftovers { newest[file.relativePath] = file.name }
        var settledPaths: [FilePath: ClaimName] = [:]
        for file in leftovers where settled.contains(file.name) { settledPaths[file.relativePath] = file.name }
        for file in leftovers {
            context.heart.beat()
            if let record = context.forgotten(file) {
                try await context.putAway(file, of: record)
                context.emptied.note(file.relativePath)
            } else if settled.contains(file.name) {
                try await context.putAway(
                    file, isNewest: newest[file.relativePath] == file.name, beside: settledPaths)
            } else {
                waiting.append(file)
            }
        }
        context.spool.removeFolders(of: leftovers.filter { settled.contains($0.name) })
        if !waiting.isEmpty { context.logger.notice("taking over \(waiting.count) files from an earlier run") }
        return waiting
    }

    /// The claims that need no work any more: committed, or older than a committed version of the same file.
    ///
    /// An older version that was in one group with a newer one was never written; taking it up now would bring it back.
    private func settled(_ claims: [ClaimedFile]) -> Set<ClaimName> {
        var settled: Set<ClaimName> = []
        var isNewerCommitted: Set<FilePath> = []
        for file in claims.reversed() {
            if context.index.contains(file.name) { isNewerCommitted.insert(file.relativePath) }
            if isNewerCommitted.contains(file.relativePath) { settled.insert(file.name) }
        }
        return settled
    }

    /// Takes up what was left; the files that were open when an earlier run crashed come last.
    func takeOver(_ files: [ClaimedFile], _ attempts: AttemptRecord) async throws {
        var intake = FileIntake(context: context, output: output)
        let suspects = attempts.suspects.compactMap { suspect in
            files.first { $0.name == suspect.claim }.map { (file: $0, count: suspect.count) }
        }
        for file in files where !suspects.contains(where: { $0.file.name == file.name }) {
            try await waitWhileHeld(&intake, attempts)
            context.heart.beat()
            try await process(file, &intake, attempts)
        }
        try await intake.flush()
        attempts.clear()
        for (suspect, count) in suspects {
            try await waitWhileHeld(&intake, attempts)
            let isOlder = files.contains {
                $0.relativePath == suspect.relativePath && suspect.name.time < $0.name.time
            }
            if !isOlder, isTriedBesideOthers(suspect, count) {
                context.heart.beat()
                tellOfDeath(
                    suspect, count, "a run ended while this file was open; it is tried again beside the small ones")
                context.enter(suspect, .bulk)
                bulk.add(BulkQueue.Entry(suspect, attempt: count + 1))
                continue
            }
            try await waitUntilAlone()
            if isOlder {
                // A newer version was taken up before it.
                try await context.putAway(suspect, isNewest: false)
                continue
            }
            try await takeAlone(suspect, count: count, &intake, attempts)
        }
    }

    /// Whether a file that was open at a crash may be tried again while others are in work.
    ///
    /// A large file takes minutes, for which the small ones would wait, and most crashes are somebody's kill. Only the last try
    /// has to show that the file itself is the cause.
    private func isTriedBesideOthers(_ file: ClaimedFile, _ count: Int) -> Bool {
        count < Self.poisonousAttempts - 1 && lane(of: file.relativePath, bytes: file.status.size) == .bulk
    }

    /// Takes up a file during which an earlier run ended; in the bulk lane, because it may be large.
    private func takeAlone(
        _ file: ClaimedFile, count: Int, _ intake: inout FileIntake, _ attempts: AttemptRecord
    ) async throws {
        context.heart.beat()
        let fault = count < Self.poisonousAttempts ? nil : DocumentFault.poison(count)
        if fault == nil {
            tellOfDeath(file, count, "a run ended while this file was open; it is tried again, alone")
            context.board.note { $0.alone = SpoolStatus.Alone(path: file.relativePath.displayName, deaths: count) }
        }
        defer { context.board.note { $0.alone = nil } }
        // Before there is an index there is one lane.
        let lane: Lane = context.index.hasIndex ? .bulk : .brief
        context.enter(file, lane)
        if lane == .bulk {
            bulk.add(BulkQueue.Entry(file, attempt: count + 1, fault: fault))
        } else if let fault {
            try await intake.refuse(file, fault)
        } else {
            attempts.begin(file.name, attempt: count + 1)
            try await intake.process(file, nil)
        }
        try await intake.flush()
        attempts.clear()
        try await waitUntilAlone()
    }

    private func tellOfDeath(_ file: ClaimedFile, _ count: Int, _ message: Logger.Message) {
        context.logger.warning(
            message, metadata: ["path": "\(file.relativePath.displayName)", "attempt": "\(count + 1)"])
    }

    /// Waits until no file is in flight.
    ///
    /// Without an index nothing is committed before there is more text: then it cannot wait.
    private func waitUntilAlone() async throws {
        context.heart.rest()
        if context.index.hasIndex { await context.files.waitUntilNone() }
        if context.board.isStopping { throw FaultGate.Stopped() }
        context.heart.beat()
    }
}

extension PipelineContext {
    /// Puts a file away whose rows, or those of a newer version, are committed.
    ///
    /// Its contents do not matter, because after a power cut they may be gone; only a first line that leads to another file is
    /// looked for. A file that grew since is the next version, unless there is a newer one: an older one that went back would
    /// be taken for the newest.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - isNewest: whether no newer version of it waits or is put away.
    ///   - settled: the newest committed version of each path that is put away too.
    /// - Throws: `FaultGate.Stopped`.
    func putAway(
        _ file: ClaimedFile, isNewest: Bool, beside settled: [FilePath: ClaimName] = [:]
    ) async throws {
        let ticket = ticket(ofLeftover: file)
        // Mended lines belong to the version that they were mended for.
        let isReplaced = ticket.continues.flatMap { settled[$0] }.map { file.name.time < $0.time } ?? false
        let entry = try await gate.retrying("moving an indexed file away") { () -> JournalEntry? in
            let (keeping, day) = (options.keepsDone, RealTime.now.day)
            var entry: JournalEntry?
            if isNewest, !isReplaced {
                if !file.isCopy, file.status.size > file.name.size, try spool.giveBack(file) { return nil }
                for path in Set([file.relativePath, ticket.documentPath]) {
                    try spool.clearFailures(of: path, upTo: file.name, keepsLines: true, day: day)
                }
                if keeping, !file.isCopy {
                    try spool.setAsideVersions(
                        before: [(file, ticket.donePath, ticket.mayHaveMendedLines)], day: day, heart: heart)
                }
                let outcome = try spool.retire(
                    file, asRead: nil, as: ticket.donePath, keeping: keeping, day: day, heart: heart)
                if file.isCopy { try spool.noteInPlace(file, nil, .indexed) }
                entry = ticket.entry(.indexed, isKept: keeping && outcome == .done)
            } else {
                try spool.retireOlder(file, as: ticket.donePath, keeping: keeping, day: day)
            }
            board.note { $0.doneFiles += 1 }
            return entry
        }
        // Its own run has died before it could tell.
        if let entry { spool.journal.append([entry]) }
        emptied.note(file.relativePath)
    }

    private func ticket(ofLeftover file: ClaimedFile) -> Ticket {
        var ticket = Ticket(file)
        ticket.continues = continuation(file)?.path
        return ticket
    }

    /// What the first line says if the file holds mended lines of another one.
    func continuation(_ file: ClaimedFile) -> Continuation? {
        Continuation.read { () throws(PlatformError) in try spool.work.openFile(file.path) }
    }
}
