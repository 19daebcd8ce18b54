package import Platform
import SystemPackage

/// What a folder holds, and how fast it has grown of late.
package struct FolderUsage: Codable, Sendable, Equatable {
    package var bytes: Int
    package var files: Int
    /// Bytes that have come each day, over the last week or, in a younger folder, over its age.
    package var bytesPerDay: Int
    /// Whether everything was counted; false where there are too many files to look at each.
    package var isWhole: Bool

    package init(bytes: Int = 0, files: Int = 0, bytesPerDay: Int = 0, isWhole: Bool = true) {
        self.bytes = bytes
        self.files = files
        self.bytesPerDay = bytesPerDay
        self.isWhole = isWhole
    }

    /// Counts the files of a folder and its folders.
    ///
    /// A rename and the end of writing both set `ctime`, so it tells when a file came to lie there.
    ///
    /// - Parameters:
    ///   - folder: the folder; what cannot be read in it is left out.
    ///   - limit: how many names are looked at.
    ///   - now: the time of the count.
    package init(of folder: OpenDirectory, limit: Int = 200_000, now: RealTime = .now) {
        var count = Count(left: limit, weekBegan: now.before(days: 7).nanoseconds)
        count.add(folder, depth: 0)
        self.init(
            bytes: count.bytes, files: count.files,
            bytesPerDay: Self.perDay(week: count.week, oldest: count.oldest, now: now.nanoseconds),
            isWhole: count.left > 0)
    }

    /// The mean of the last week, or of the days since the oldest file came, which are at least one.
    package static func perDay(week: Int, oldest: Int64, now: Int64) -> Int {
        let age = Double(max(now - min(oldest, now), 0)) / Double(RealTime.nanosecondsOfDay)
        return Int(exactly: (Double(week) / min(max(age, 1), 7)).rounded(.down)) ?? .max
    }

    private struct Count {
        var left: Int
        let weekBegan: Int64
        var bytes = 0
        var files = 0
        var week = 0
        var oldest = Int64.max

        mutating func add(_ folder: OpenDirectory, depth: Int) {
            guard depth < 256, let stream = try? DirectoryStream(in: folder, "") else { return }
            while left > 0, let entry = try? stream.next() {
                left -= 1
                let name = FilePath(root: nil, [entry.name])
                guard let status = try? folder.status(of: name) else { continue }
                switch status.kind {
                case .directory:
                    if let inner = try? folder.directory(name) { add(inner, depth: depth + 1) }
                case .regular:
                    bytes.add(size: status.size)
                    files += 1
                    oldest = min(oldest, status.changed)
                    if status.changed >= weekBegan { week.add(size: status.size) }
                default: break
                }
            }
        }
    }
}
