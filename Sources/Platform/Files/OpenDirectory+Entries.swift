package import SystemPackage

extension OpenDirectory {
    /// Calls `body` for each entry except `.` and `..`, in the file system's order, without holding them all in memory.
    ///
    /// - Parameter body: says whether to go on.
    /// - Throws: `PlatformError`, or what `body` throws.
    package func forEachEntry(
        of path: FilePath = FilePath(), _ body: (Directory.Entry) throws(PlatformError) -> Bool
    ) throws(PlatformError) {
        // A descriptor of its own: the position in a directory belongs to the descriptor.
        let stream = try DirectoryStream(in: self, path)
        while let entry = try stream.next() {
            guard try body(entry) else { return }
        }
    }

    /// The entries of a directory in the order of their names.
    package func entries(of path: FilePath = FilePath()) throws(PlatformError) -> [Directory.Entry] {
        var found: [Directory.Entry] = []
        try forEachEntry(of: path) { (entry) throws(PlatformError) in
            found.append(entry)
            return true
        }
        return Directory.sorted(found)
    }
}
