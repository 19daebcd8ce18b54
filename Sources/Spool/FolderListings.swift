import Platform
import SystemPackage

/// The names in folders of the spool, each folder listed once for all the files that are looked for in it.
///
/// It belongs to one order or one look. A name that comes later is not seen, and one that has gone has no status.
package struct FolderListings {
    private struct Place: Hashable {
        let directory: FilePath
        let folder: FilePath
    }

    private var known: [Place: [[UInt8]]] = [:]

    package init() {}

    /// The names in a folder that are `name` or that this program made of it, `name` first; none where there is no such folder.
    ///
    /// - Throws: `PlatformError` when the folder cannot be read: what is in it is not known then.
    mutating func names(
        of name: FilePath.Component, in directory: OpenDirectory, _ folder: FilePath
    ) throws(PlatformError) -> [FilePath.Component] {
        let names = try names(in: directory, folder)
        var found: [FilePath.Component] = []
        let own = name.bytes
        if let place = Self.place(of: own, in: names), names[place] == own { found.append(name) }
        let stem = own + Array(FileName.mark.utf8)
        var place = Self.place(of: stem, in: names) ?? names.count
        while place < names.count, names[place].starts(with: stem) {
            if let other = FilePath.Component(bytes: names[place]) { found.append(other) }
            place += 1
        }
        return found
    }

    private mutating func names(
        in directory: OpenDirectory, _ folder: FilePath
    ) throws(PlatformError) -> [[UInt8]] {
        let place = Place(directory: directory.path, folder: folder)
        if let names = known[place] { return names }
        var names: [[UInt8]] = []
        do throws(PlatformError) {
            try directory.forEachEntry(of: folder) { (entry) throws(PlatformError) in
                names.append(entry.name.bytes)
                return true
            }
        } catch {
            guard error.isAbsence else { throw error }
        }
        names.sort { $0.lexicographicallyPrecedes($1) }
        known[place] = names
        return names
    }

    /// The first place whose name does not precede `name`; nil when all do.
    private static func place(of name: [UInt8], in names: [[UInt8]]) -> Int? {
        var range = names.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if names[middle].lexicographicallyPrecedes(name) {
                range = middle + 1..<range.upperBound
            } else {
                range = range.lowerBound..<middle
            }
        }
        return range.lowerBound < names.count ? range.lowerBound : nil
    }
}
