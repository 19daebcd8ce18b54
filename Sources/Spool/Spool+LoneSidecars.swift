import Platform
import SystemPackage

/// Sidecars whose file is gone.
extension Spool {
    /// Removes sidecars of `failed/` that tell of a file which does not lie there any more.
    ///
    /// A death between two steps leaves one, and so does whoever removes a failed file by hand. It belongs to the start, when
    /// nothing fails: a sidecar is written before its file comes. What cannot be looked at stays for the next start.
    func removeLoneSidecars() {
        try? removeLoneSidecars(in: FilePath(), depth: 256)
    }

    private func removeLoneSidecars(in folder: FilePath, depth: Int) throws(PlatformError) {
        guard depth > 0 else { return }
        let suffix = Array(FailureReport.suffix.utf8)
        // A folder of a hundred thousand failures is gone through once, and only names are kept.
        var sidecars: [FilePath.Component] = []
        var known: Set<FilePath.Component> = []
        var folders: [FilePath] = []
        try failed.forEachEntry(of: folder) { (entry) throws(PlatformError) in
            if entry.kind == .some(.directory) {
                if entry.name.bytes.first != UInt8(ascii: ".") { folders.append(folder.appending(entry.name)) }
            } else if entry.name.bytes.suffix(suffix.count).elementsEqual(suffix) {
                sidecars.append(entry.name)
            } else {
                // A long name is shortened in that of its sidecar.
                known.insert(Self.sidecar(entry.name))
            }
            return true
        }
        for folder in folders { try removeLoneSidecars(in: folder, depth: depth - 1) }
        var isRemoved = false
        for sidecar in sidecars where !known.contains(sidecar) {
            let path = folder.appending(sidecar)
            // A damaged one tells nothing.
            guard try FailureReport.read(path, in: failed)?.hasFile != false else { continue }
            failed.removeIfPresent(path)
            isRemoved = true
        }
        if isRemoved { MirroredTree(failed).removeEmptyFolders(above: folder.appending("sidecar")) }
    }
}
