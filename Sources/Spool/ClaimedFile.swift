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

    /// The same claim with a later status.
    package func with(_ status: FileStatus) -> ClaimedFile {
        ClaimedFile(name: name, relativePath: relativePath, status: status, path: path)
    }
}

/// Names in `failed` and `done` that have at most 255 bytes and do not collide.
package enum FileName {
    /// The name, then `name.~2~` to `name.~9~`, then `name.~<claim>~`, which is unique.
    package static func numbered(
        _ name: FilePath.Component, _ number: Int, claim: ClaimName
    ) -> FilePath.Component {
        guard number > 1 else { return name }
        let suffix = number < 10 ? ".~\(number)~" : ".~\(claim.text)~"
        return joined(name.bytes, suffix)
    }

    /// Shortens `name` so that 40 bytes can be appended; a shortened name ends in a digest of the whole.
    package static func shortened(_ name: FilePath.Component) -> FilePath.Component {
        guard name.bytes.count > 215 else { return name }
        return joined(name.bytes, "", limit: 215)
    }

    /// Appends a suffix to the name, which is shortened where it would be too long for a file system.
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
