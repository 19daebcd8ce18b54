import Identity
import Inbox
import Indexing
import Logging
import Platform
import Shards
package import Spool
import SystemPackage

/// A spool on which no daemon works, for a command that goes the whole way of a wish by itself.
package struct UnattendedSpool: ~Copyable {
    private let held: HeldSpool
    private let index: FilePath
    private let ignore: IgnorePatterns
    private let keepDoneDays: Int?

    /// Locks the spool, so that no daemon begins to work on it meanwhile.
    ///
    /// - Parameter options: name the spool and the index.
    /// - Throws: `SpoolError`, of code `.busy` when a process works on the spool.
    package init(_ options: IngestOptions) throws(SpoolError) {
        held = try HeldSpool(options.spool, logger: Logger(label: "command") { _ in SwiftLogNoOpLogHandler() })
        index = options.indexing.indexDirectory
        ignore = options.ignore
        keepDoneDays = options.keepDoneDays
    }

    /// Forgets documents.
    ///
    /// - Parameters:
    ///   - wish: what is to be forgotten.
    ///   - made: when somebody asked for it, by the clock of files; nil for now.
    ///   - name: the identifier of its request, which may have been carried out; nil for none.
    /// - Returns: the answer for the one who asked.
    /// - Throws: `ShardsError`, `PlatformError`; what was begun is finished by the next start of the daemon.
    package func forget(_ wish: ForgetWish, made: Int64? = nil, wish name: String? = nil) throws -> ForgetAnswer {
        let spool = held.spool
        let made = made ?? RealTime.passTickOfFiles().nanoseconds
        if let refusal = wish.refusal(spool, keepDoneDays: keepDoneDays) { return ForgetAnswer(refusal: refusal) }
        for file in held.leftovers { file.name.observe() }
        try spool.left.begin(index: index, isNew: false)
        let store = try IndexStore.exists(at: index) ? try IndexStore.open(index) : nil
        let forgetting = Forgetting(spool, UnattendedIndex(store), ignore: ignore, gate: ClaimGate())
        try forgetting.resume()
        let selection = try ForgetSelection(wish, spool: spool, index: index, ignore: ignore)
        var answer = ForgetAnswer(selection, isDryRun: wish.isDryRun)
        guard !wish.isDryRun, !selection.documents.isEmpty else { return answer }
        var order = ForgetOrder(
            Array(selection.documents), isDeleting: wish.isDeleting, isOfMissing: wish.isOfMissing, made: made)
        if let name { order.wish = name }
        answer.add(try forgetting.carryOut(order))
        return answer
    }
}
