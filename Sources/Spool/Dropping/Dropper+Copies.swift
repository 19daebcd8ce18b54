package import Platform
import SystemPackage

/// The names of copies that are being made, and what killed drops have left of them.
extension Dropper {
    private static let kind = "dropping-"

    static func temporaryName(for name: FilePath.Component) -> FilePath.Component {
        let process = ProcessIdentity.current
        let random = String(UInt32.random(in: .min ... .max), radix: 36)
        return FileName.joined(
            name.bytes, FileName.mark + kind + "\(process.number)-\(process.start ?? 0)-\(random)")
    }

    /// Removes copies of this user whose process has ended.
    func removeLeftovers() throws(PlatformError) {
        for (name, status, process) in try Self.leftovers(in: inbox)
        where status.owner == CurrentProcess.user && !process.isRunning { inbox.removeCopy(name) }
    }

    private static func leftovers(
        in inbox: OpenDirectory
    ) throws(PlatformError) -> [(name: FilePath, status: FileStatus, process: ProcessIdentity)] {
        let mark = FileName.mark + kind
        var found: [(name: FilePath, status: FileStatus, process: ProcessIdentity)] = []
        try inbox.forEachEntry { (entry) throws(PlatformError) in
            guard let range = entry.name.string.firstRange(of: mark) else { return true }
            let numbers = entry.name.string[range.upperBound...].split(separator: "-")
            let name = FilePath(root: nil, [entry.name])
            if numbers.count == 3, let number = Int32(numbers[0]), let start = UInt64(numbers[1]),
                let status = try inbox.statusIfPresent(name)
            {
                // A boot that ended is told by the start, which counts from it.
                let process = ProcessIdentity(number: number, start: start > 0 ? start : nil, boot: nil)
                found.append((name, status, process))
            }
            return true
        }
        return found
    }

    /// Removes copies of killed drops that nobody has cleaned up for a week.
    package static func removeOldLeftovers(in inbox: OpenDirectory, now: RealTime = .now) throws(PlatformError) {
        for (name, status, _) in try leftovers(in: inbox) where status.changed < now.before(days: 7).nanoseconds {
            inbox.removeCopy(name)
        }
    }
}

extension OpenDirectory {
    /// Removes a file or a folder with all that is in it, as far as possible.
    func removeCopy(_ path: FilePath) {
        guard let status = (try? statusIfPresent(path)) ?? nil else { return }
        if status.kind == .directory { try? removeTree(path) } else { removeIfPresent(path) }
    }

    func totals(of path: FilePath) throws(PlatformError) -> (files: Int, bytes: Int) {
        let status = try status(of: path)
        guard status.kind == .directory else { return (1, status.size) }
        var sum = (files: 0, bytes: 0)
        for entry in try entries(of: path) {
            let (files, bytes) = try totals(of: path.appending(entry.name))
            sum.files += files
            sum.bytes.add(size: bytes)
        }
        return sum
    }
}
