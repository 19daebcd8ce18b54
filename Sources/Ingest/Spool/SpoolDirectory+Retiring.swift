package import Platform
import SystemPackage

extension SpoolDirectory {
    /// What became of a file whose rows are committed.
    package enum RetireOutcome: Sendable, Equatable {
        case done
        /// Somebody wrote into it after it was read; it is back in the inbox as the next version.
        case changed
        /// It was not there any more.
        case vanished
    }

    /// Moves an indexed file to `done/`, or deletes it; the folders above it are left for `removeFolders(of:)`.
    ///
    /// - Parameters:
    ///   - status: what the file was when it was read; nil to take it as it is.
    ///   - keeping: whether it is kept; false deletes it.
    package func retire(
        _ file: ClaimedFile, asRead status: FileStatus?, keeping: Bool, day: String
    ) throws(PlatformError) -> RetireOutcome {
        do throws(PlatformError) {
            if let status, try !FileStatus.of(file.path).isSameContents(as: status), try giveBack(file) {
                return .changed
            }
            guard keeping else {
                try Directory.removeFile(file.path)
                return .done
            }
            guard let name = file.relativePath.lastComponent else { return .vanished }
            let folder = done.appending(day)
            try moveAside(file.path, into: folder, name: name, claim: file.name)
            return .done
        } catch {
            guard error.cause == .noSuchFileOrDirectory, !FileStatus.exists(file.path) else { throw error }
            return .vanished
        }
    }

    /// Renames into a folder under the first free name.
    private func moveAside(
        _ path: FilePath, into folder: FilePath, name: FilePath.Component, claim: ClaimName
    ) throws(PlatformError) {
        var number = 1
        while true {
            let target = folder.appending(FileName.numbered(name, number, claim: claim))
            do throws(PlatformError) {
                try Directory.renameExclusively(path, to: target)
                return
            } catch {
                switch error.cause {
                case .fileExists: number += 1
                case .noSuchFileOrDirectory where !FileStatus.exists(folder): try Directory.create(folder)
                default: throw error
                }
            }
        }
    }

    /// Removes the days of `done/` that are older than `days`.
    ///
    /// - Returns: how many folders were removed.
    @discardableResult
    package func purge(keepingDays days: Int, now: RealTime = .now) throws(PlatformError) -> Int {
        guard days > 0 else { return 0 }
        let (age, overflow) = Int64(days).multipliedReportingOverflow(by: 86_400_000_000_000)
        guard !overflow else { return 0 }
        let limit = RealTime(nanoseconds: now.nanoseconds - age).day
        var removed = 0
        for entry in try Directory.entries(of: done) {
            let name = entry.name.string
            // Only folders that we made: four digits, two, two.
            guard name.utf8.count == 10, name.split(separator: "-").count == 3, name < limit else { continue }
            try Directory.removeTree(done.appending(entry.name))
            removed += 1
        }
        return removed
    }
}
