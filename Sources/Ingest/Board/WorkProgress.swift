import DequeModule

/// How far the files are that are being read and encoded, oldest first: events in, a report out.
///
/// The reader is ahead of the encoder by some pieces. Both work in the order of the files, so two running counts of
/// passages tell where each file stands.
package struct WorkProgress: Sendable {
    /// What happens to the file.
    package enum Stage: String, Codable, Sendable, Equatable {
        /// It is looked through once before anything is made of it.
        case checking
        /// It is cut into passages, which are encoded meanwhile.
        case reading
        /// It has been read, and its last passages are being encoded.
        case encoding
    }

    /// The oldest file in progress, as the page has it.
    package struct Report: Codable, Sendable, Equatable {
        package var path: String
        package var stage: Stage
        package var bytes: Int
        /// Of the file as it lies on the disk, in this stage.
        package var bytesRead: Int
        /// Passages that were made of it so far; of all its passages once it is `encoding`.
        package var passages: Int
        package var passagesEncoded: Int
        /// Since it was begun.
        package var seconds: Double
        /// An estimate; nil while there is nothing to estimate from.
        package var leftSeconds: Double?

        package init(
            path: String, stage: Stage, bytes: Int, bytesRead: Int, passages: Int, passagesEncoded: Int,
            seconds: Double, leftSeconds: Double?
        ) {
            self.path = path
            self.stage = stage
            self.bytes = bytes
            self.bytesRead = bytesRead
            self.passages = passages
            self.passagesEncoded = passagesEncoded
            self.seconds = seconds
            self.leftSeconds = leftSeconds
        }
    }

    private struct File: Sendable {
        let path: String
        let bytes: Int
        let began: Duration
        let firstPassage: Int
        var stage = Stage.reading
        var stageBegan: Duration
        var bytesRead = 0
        /// The count of all passages at the file's end; nil while it is being read.
        var end: Int?
    }

    private var files: Deque<File> = []
    private var passagesRead = 0
    private var passagesEncoded = 0
    /// The files that have been read and encoded since the start.
    package private(set) var finished = 0

    package init() {}

    /// The number of files that are being read or encoded.
    package var count: Int { files.count }

    /// The reader begins a file.
    package mutating func begin(_ path: String, bytes: Int, at now: Duration) {
        files.append(
            File(path: path, bytes: bytes, began: now, firstPassage: passagesRead, stageBegan: now))
    }

    /// The reader has read so much of its file in this stage.
    package mutating func read(_ bytes: Int, in stage: Stage, at now: Duration) {
        guard !files.isEmpty else { return }
        let last = files.endIndex - 1
        if files[last].stage != stage {
            files[last].stage = stage
            files[last].stageBegan = now
        }
        files[last].bytesRead = bytes
    }

    /// The reader has handed over passages of its file.
    package mutating func cut(_ passages: Int) { passagesRead += passages }

    /// The reader has come to the end of its file.
    package mutating func end() {
        guard !files.isEmpty else { return }
        files[files.endIndex - 1].end = passagesRead
        removeFinished()
    }

    /// The reader leaves its file to another lane.
    package mutating func handOver() {
        if files.last?.end == nil { _ = files.popLast() }
    }

    /// The encoder has done so many passages.
    package mutating func encoded(_ passages: Int) {
        passagesEncoded += passages
        removeFinished()
    }

    private mutating func removeFinished() {
        while let end = files.first?.end, end <= passagesEncoded {
            files.removeFirst()
            finished += 1
        }
    }

    /// The oldest file in progress; nil while there is none.
    package func report(at now: Duration) -> Report? {
        guard let file = files.first else { return nil }
        let passages = (file.end ?? passagesRead) - file.firstPassage
        let encoded = min(max(passagesEncoded - file.firstPassage, 0), passages)
        let seconds = (now - file.began) / .seconds(1)
        // What is read is ahead of what is encoded, so the whole is estimated from the passages of the part that is read.
        let all =
            file.end != nil
            ? passages : Int(Double(passages) * Double(file.bytes) / Double(max(file.bytesRead, 1)))
        let left =
            file.end == nil && file.stage == .checking
            ? nil : Self.left(done: encoded, of: all, in: (now - file.stageBegan) / .seconds(1))
        return Report(
            path: file.path, stage: file.end == nil ? file.stage : .encoding, bytes: file.bytes,
            bytesRead: file.end == nil ? file.bytesRead : file.bytes, passages: passages, passagesEncoded: encoded,
            seconds: Self.rounded(seconds), leftSeconds: left.map(Self.rounded))
    }

    /// The time for the rest at the speed so far; nil in the first moments, when it would be a guess.
    package static func left(done: Int, of total: Int, in seconds: Double) -> Double? {
        guard seconds >= 2, done > 0, done <= total, done >= total / 200 else { return nil }
        return seconds * Double(total - done) / Double(done)
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 10).rounded() / 10 }
}
