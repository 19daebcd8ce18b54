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
            let number = Self.submit(name, board)
            let end = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < end {
                if let outcome = Self.isCarriedOut(number, board) { return isForgotten.withLock { $0 = outcome } }
                Thread.sleep(forTimeInterval: 0.001)
            }
        })
        return isForgotten.withLock { $0 }
    }

    /// Runs the pipeline, lets it wait for the system when it moves a file to `failed/`, and lets that be forgotten meanwhile;
    /// returns whether it was.
    func runForgettingWhileFailing(_ name: String) async throws -> Bool {
        let isForgotten = Mutex(false)
        let board = Mutex<StatusBoard?>(nil)
        let failpoints = Failpoints { point in
            guard point == .beforeFailing, !isForgotten.withLock({ $0 }) else { return }
            throw PlatformError(.system, "rename", path: nil, cause: .noSpace)
        }
        _ = try await run(
            failpoints, draining: false, stopsAtCommit: false, stopsAfterSleep: true,
            sleep: { _ in
                guard let board = board.withLock({ $0 }), !isForgotten.withLock({ $0 }) else { return }
                // Both lanes commit on the thread that this runs on.
                let number = Self.submit(name, board)
                var outcome: Bool?
                let end = ContinuousClock.now + .seconds(30)
                while outcome == nil, ContinuousClock.now < end {
                    await Task.yield()
                    outcome = Self.isCarriedOut(number, board)
                }
                isForgotten.withLock { $0 = outcome ?? false }
                if outcome == nil { throw Death() }
            },
            observe: { own in board.withLock { $0 = own } })
        return isForgotten.withLock { $0 }
    }

    private static func submit(_ name: String, _ board: StatusBoard) -> Int? {
        board.forgets.submit(
            ForgetOrder([DocumentIdentifier(path: Array(name.utf8))], made: RealTime.passTickOfFiles().nanoseconds))
    }

    /// Whether an order was carried out, asked again and again for a while.
    private static func isCarriedOut(_ number: Int?, _ board: StatusBoard) -> Bool? {
        guard let number else { return false }
        return board.forgets.takeOutcome(of: number).map { (try? $0.get()) != nil }
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
