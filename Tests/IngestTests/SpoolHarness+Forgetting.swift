import Foundation
import Identity
import Ingest
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport

extension SpoolHarness {
    /// Runs the pipeline, and lets a file be forgotten while it is in work; returns whether it was.
    func runForgetting(_ name: String) async throws -> Bool {
        let isForgotten = Mutex(false)
        _ = try await run(reach: { board, point in
            guard point == .afterClaim else { return }
            let order = ForgetOrder(
                [DocumentIdentifier(path: Array(name.utf8))], made: RealTime.passTickOfFiles().nanoseconds)
            guard let number = board.forgets.submit(order) else { return }
            let end = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < end {
                if let outcome = board.forgets.takeOutcome(of: number) {
                    return isForgotten.withLock { $0 = (try? outcome.get()) != nil }
                }
                Thread.sleep(forTimeInterval: 0.001)
            }
        })
        return isForgotten.withLock { $0 }
    }

    /// A moment by the clock of files: what is dropped afterwards has this time or a later one.
    func momentBeforeNextDrop() -> Int64 { RealTime.passTickOfFiles().nanoseconds }

    /// Forgets where no daemon runs.
    func forget(_ wish: ForgetWish) throws -> ForgetAnswer { try UnattendedSpool(options).forget(wish) }

    /// What lies in `replaced/` since today.
    func replacedToday() throws -> [String] {
        let day = FilePath(RealTime.now.day)
        guard FileStatus.exists(spool.replaced.pushing(day)) else { return [] }
        return try paths(in: spool.replaced.pushing(day)).map(\.displayName)
    }
}
