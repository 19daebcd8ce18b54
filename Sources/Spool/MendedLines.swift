import Identity
import Platform
import SystemPackage

/// The files of mended lines in `done/`, which belong to the version beside which they lie.
///
/// It belongs to one commit: each folder is listed once, however many files of it have a new version.
struct MendedLines {
    private let done: OpenDirectory
    /// The names of mended lines in each folder that was looked at.
    private var known: [FilePath: [FilePath.Component]] = [:]

    private static let mark = Array(Spool.linesMark.utf8)

    init(_ done: OpenDirectory) {
        self.done = done
    }

    /// The mended lines of a file of `done/` that were taken before a claim.
    ///
    /// - Parameters:
    ///   - place: where the file lies in `done/`.
    ///   - claim: the claim of the version that replaces it.
    /// - Returns: where they lie in `done/`.
    /// - Throws: `PlatformError` when the folder cannot be read.
    mutating func places(beside place: FilePath, before claim: ClaimName) throws(PlatformError) -> [FilePath] {
        guard let name = place.lastComponent else { return [] }
        let folder = place.removingLastComponent()
        return try names(in: folder).filter { $0.belongs(to: name, before: claim) }.map { folder.appending($0) }
    }

    private mutating func names(in folder: FilePath) throws(PlatformError) -> [FilePath.Component] {
        if let names = known[folder] { return names }
        var names: [FilePath.Component] = []
        try done.forEachEntry(of: folder) { (entry) throws(PlatformError) in
            if entry.name.bytes.firstRange(of: Self.mark) != nil { names.append(entry.name) }
            return true
        }
        known[folder] = names
        return names
    }
}

extension FilePath.Component {
    /// Whether it is the name that `Spool.linesPath` gives to lines of a file, of a claim before another.
    fileprivate func belongs(to name: FilePath.Component, before claim: ClaimName) -> Bool {
        guard let text = string.split(separator: Spool.linesMark).last, let own = ClaimName(String(text)),
            Spool.linesPath(FilePath(root: nil, [name]), claim: own).lastComponent == self
        else { return false }
        return own.time < claim.time
    }
}
