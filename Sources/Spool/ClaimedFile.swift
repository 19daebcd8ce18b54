package import Identity
package import Platform
package import SystemPackage

/// A file that belongs to the daemon, in `work/`, where no other program looks for it.
package struct ClaimedFile: Sendable, Equatable {
    package let name: ClaimName
    /// Its path below the inbox before the claim.
    package let relativePath: FilePath
    /// Its status after the rename that claimed it, which changes `ctime`.
    package let status: FileStatus
    /// Its present path below `work/`.
    package let path: FilePath
    /// When it arrived, in nanoseconds since 1970; nil where an earlier run has claimed it.
    ///
    /// A rename into the inbox and a write both set `ctime`. A file that is in a folder may have come with it, which sets
    /// nothing: then it is the time of its claim.
    package var arrival: Int64?
    /// For a copy: the file in the inbox when it was copied; nil when that is unknown.
    package let source: FileStatus?

    package init(
        name: ClaimName, relativePath: FilePath, status: FileStatus, path: FilePath, arrival: Int64? = nil,
        source: FileStatus? = nil
    ) {
        self.name = name
        self.relativePath = relativePath
        self.status = status
        self.path = path
        self.arrival = arrival
        self.source = source
    }

    /// Whether it is a copy of a file that stays in the inbox, because the daemon may not move it.
    package var isCopy: Bool { path.starts(with: FilePath(Spool.copied)) }

    /// The same claim with a later status.
    package func with(_ status: FileStatus) -> ClaimedFile {
        ClaimedFile(
            name: name, relativePath: relativePath, status: status, path: path, arrival: arrival, source: source)
    }
}

/// Names that this program makes: `<name>.vectorspool-<kind>`, of at most 255 bytes.
package enum FileName {
    /// What stands between the name of a dropped file and the kind of a name that this program makes of it.
    package static let mark = OwnMark.text

    /// The name of an earlier version beside another of the same day.
    static func versioned(_ name: FilePath.Component, claim: ClaimName, number: Int = 0) -> FilePath.Component {
        joined(name.bytes, mark + claim.text + (number > 1 ? "-\(number)" : ""))
    }

    /// Appends a suffix to the name, which is shortened where it would be too long for a file system.
    ///
    /// A shortened name ends in a digest of the whole.
    static func joined(_ name: [UInt8], _ suffix: String, limit: Int = 255) -> FilePath.Component {
        let room = limit - suffix.utf8.count
        var stem = name
        if stem.count > room {
            let digest = "~" + SHA256Digest(of: name).hexadecimal.prefix(8)
            stem = Array(name.prefix(room - digest.utf8.count))
            // Do not end within a character.
            while let last = stem.last, last & 0xC0 == 0x80 { stem.removeLast() }
            if let last = stem.last, last >= 0xC0 { stem.removeLast() }
            stem += Array(digest.utf8)
        }
        return FilePath.Component(bytes: stem + Array(suffix.utf8)) ?? "file"
    }
}

extension Spool {
    /// What stands between the name of a file and the claim, in the name of its mended lines.
    package static let linesMark = OwnMark.lines

    /// The path in `done/` of mended lines of the file `path`, which are beside it in full.
    package static func linesPath(_ path: FilePath, claim: ClaimName) -> FilePath {
        guard let name = path.lastComponent else { return path }
        return path.removingLastComponent()
            .appending(FileName.joined(name.bytes, linesMark + claim.text))
    }
}
