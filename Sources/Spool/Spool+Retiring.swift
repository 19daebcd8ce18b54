import Identity
package import Platform
import SystemPackage

extension Spool {
    /// What happened to a file whose rows are committed.
    package enum RetireOutcome: Sendable, Equatable {
        case done
        /// It was written to after it was read, so it is back in the inbox as the next version.
        case changed
        /// It no longer existed.
        case vanished
    }

    /// Moves an indexed file to `done/`, or deletes it unless `keeping`.
    ///
    /// `status` is the file's status when it was read; nil skips the comparison. The folders above the file remain for
    /// `removeFolders(of:)`.
    package func retire(
        _ file: ClaimedFile, asRead status: FileStatus?, keeping: Bool, day: String
    ) throws(PlatformError) -> RetireOutcome {
        do throws(PlatformError) {
            if let status, try !work.status(of: file.path).isSameContents(as: status), try giveBack(file) {
                return .changed
            }
            guard keeping else {
                try work.remove(file.path)
                return .done
            }
            guard let name = file.relativePath.lastComponent else { return .vanished }
            try moveAside(file.path, day: FilePath(day), name: name, claim: file.name)
            return .done
        } catch {
            guard error.isAbsence, try work.statusIfPresent(file.path) == nil else { throw error }
            return .vanished
        }
    }

    /// Renames into a day of `done/` under the first free name.
    private func moveAside(
        _ path: FilePath, day: FilePath, name: FilePath.Component, claim: ClaimName
    ) throws(PlatformError) {
        var number = 1
        while true {
            let target = day.appending(FileName.numbered(name, number, claim: claim))
            do throws(PlatformError) {
                return try work.renameExclusively(path, to: done, target)
            } catch {
                switch error.cause {
                case .fileExists: number += 1
                case .noSuchFileOrDirectory:
                    guard try work.statusIfPresent(path) != nil else { throw error }
                    try renewFolders()
                    try done.makeDirectory(day, mode: 0o750)
                default: throw error
                }
            }
        }
    }

    /// Removes the days of `done/` that are older than `days`; nil and 0 remove nothing.
    ///
    /// Returns the number of removed folders. Throws `PlatformError` after it has tried all days.
    @discardableResult
    package func purge(keepingDays days: Int?, now: RealTime = .now) throws(PlatformError) -> Int {
        guard let days, days > 0 else { return 0 }
        let (age, overflow) = Int64(days).multipliedReportingOverflow(by: 86_400_000_000_000)
        guard !overflow else { return 0 }
        let limit = RealTime(nanoseconds: now.nanoseconds - age).day
        var removed = 0
        var refusal: PlatformError?
        for entry in try done.entries() where Self.isDay(entry.name) && entry.name.string < limit {
            let path = FilePath(root: nil, [entry.name])
            do throws(PlatformError) {
                guard try done.status(of: path).kind == .directory else { continue }
                try done.removeTree(path)
                removed += 1
            } catch {
                // Continue with the other days.
                refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
        return removed
    }

    /// Whether a name has the form of a day: four digits, two, two.
    private static func isDay(_ name: FilePath.Component) -> Bool {
        let bytes = name.bytes
        guard bytes.count == 10 else { return false }
        return bytes.enumerated().allSatisfy { position, byte in
            position == 4 || position == 7 ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte)
        }
    }
}
