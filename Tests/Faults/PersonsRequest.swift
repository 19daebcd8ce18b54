import Foundation
import Ingest
import Platform
import Spool
import SystemPackage

/// What a person asks of the daemon with a command, which repeats it when it fails.
enum PersonsRequest: Sendable {
    case flush, pause, resume, retry
    /// A daemon is to forget a document, or the command does it where no daemon runs.
    case forget(FilePath), forgetUnattended(FilePath)

    /// More than any plan lets calls of one kind fail.
    private static let attempts = 16
    /// A child of another point inherits the lock's descriptor between fork and exec.
    private static let lockAttempts = 1000

    /// The document that is to be forgotten.
    var forgotten: FilePath? {
        switch self {
        case .forget(let path), .forgetUnattended(let path): path
        default: nil
        }
    }

    /// Whether a daemon has to answer that is running.
    var needsDaemon: Bool { if case .forget = self { true } else { false } }

    /// Leaves the request, or does what the command does.
    ///
    /// - Parameter options: the configuration that the command reads.
    /// - Throws: `Trouble` when it cannot be done at all.
    func perform(_ options: IngestOptions) async throws {
        let thread = ThreadPool(name: "command", threads: 1)
        defer { thread.stop() }
        // In a separate task, so that the site of a call does not depend on the caller.
        let last = await Task(executorPreference: thread) { await attemptOften(options) }.value
        if let last { throw Trouble(.stuck, "a command fails again and again: \(last)") }
    }

    /// What a person does and waits for, whether it succeeds or not: a wish to forget.
    ///
    /// - Parameters:
    ///   - options: the configuration that the command reads.
    ///   - isForgiving: whether a start of the daemon may fail.
    ///   - note: hears when the wish was made, by the clock of files.
    /// - Throws: `Trouble` when it was refused.
    func work(
        _ options: IngestOptions, _ isForgiving: Bool, note: @escaping @Sendable (Int64) -> Void = { _ in }
    ) async throws {
        if !needsDaemon {
            let thread = ThreadPool(name: "command", threads: 1)
            defer { thread.stop() }
            let made = RealTime.passTickOfFiles().nanoseconds
            note(made)
            let result = await Task(executorPreference: thread) { Result { try attempt(options, made) } }.value
            if case .failure(let error) = result { throw error as? Trouble ?? Trouble(.ended, "\(error)") }
            return
        }
        do { try attempt(options) } catch { throw Trouble(.ended, "\(error)") }
        let requests = FilePath("/proc/self/root" + options.spool.requests.string)
        if let made = try SpoolRequest.pending(in: OpenDirectory(requests)).first?.made { note(made) }
        try await DaemonRun.untilAnswered(options, isForgiving: isForgiving)
        if let refusal = try Self.takeForgetAnswers(in: requests) { throw Trouble(.ended, refusal) }
    }

    private func attemptOften(_ options: IngestOptions) async -> (any Error)? {
        var (failures, waits) = (0, 0)
        while true {
            do {
                try attempt(options)
                return nil
            } catch let error as SpoolError where error.code == .busy && waits < Self.lockAttempts {
                waits += 1
                try? await Task.sleep(for: .milliseconds(1))
            } catch {
                failures += 1
                guard failures < Self.attempts else { return error }
            }
        }
    }

    private func attempt(_ options: IngestOptions, _ made: Int64? = nil) throws {
        let spool = options.spool
        if case .forgetUnattended(let path) = self {
            let answer = try UnattendedSpool(options).forget(ForgetWish(names: [path.string]), made: made)
            if let refusal = answer.refusal { throw Trouble(.ended, refusal) }
            return
        }
        // An installation has it from the beginning.
        let requests = try OpenDirectory.making(spool.requests, mode: 0o700)
        switch self {
        case .flush: _ = try SpoolRequest.leave(.flush, in: requests)
        case .pause: try PauseFlag(by: "a test", user: 0, since: RealTime.now.timestamp).write(in: requests)
        case .resume: try PauseFlag.remove(in: requests)
        case .retry:
            let files = try FailedFiles(spool)
            for file in try files.all() { _ = try files.retry(file) }
        case .forget(let path):
            _ = try ForgetWish(names: [path.string]).leave(in: requests)
        case .forgetUnattended: break
        }
    }

    /// Whether somebody has paused the daemon.
    static func isPaused(_ spool: SpoolDirectory) -> Bool {
        FileStatus.exists(spool.requests.appending(PauseFlag.fileName))
    }

    /// Whether everything that was asked has been answered; who left what a power cut has halved waits no more.
    static func areAnswered(in folder: FilePath) throws -> Bool {
        try SpoolRequest.pending(in: OpenDirectory(folder)).isEmpty
    }

    /// Takes the answers of those who wanted something to be forgotten, and withdraws what was not answered.
    ///
    /// - Parameter folder: the requests, by a path that no plan covers.
    /// - Returns: why not all was forgotten; nil when it was.
    /// - Throws: `PlatformError`.
    static func takeForgetAnswers(in folder: FilePath) throws -> String? {
        var refusal = try areAnswered(in: folder) ? nil : "nobody has answered"
        for entry in try Directory.entries(of: folder) where entry.name.string.hasSuffix(".json") {
            let path = folder.appending(entry.name)
            if entry.name.string.hasSuffix(".answer.json") {
                // A power cut leaves an empty one.
                let answer = try? JSONDecoder().decode(ForgetAnswer.self, from: Data(FileContents.read(path)))
                refusal = answer.map { $0.refusal ?? refusal } ?? "the answer is illegible"
            }
            Directory.removeIfPresent(path)
        }
        return refusal
    }
}
