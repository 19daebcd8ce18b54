package import Identity
import Platform
package import SystemPackage

extension SpoolDirectory {
    /// The path below the inbox of what lies at a place in one of the folders that hold files; nil for any other place.
    ///
    /// - Parameter place: the place, in full.
    /// - Returns: the path, from whose names is cut off what this program added.
    package func path(ofPlace place: FilePath) -> FilePath? {
        let place = place.lexicallyNormalized()
        for (folder, days) in [(inbox, 0), (done, 0), (failed, 0), (replaced, 1)] {
            var rest = place
            guard rest.removePrefix(folder.lexicallyNormalized()) else { continue }
            return FilePath(root: nil, rest.components.dropFirst(days).map(\.dropped))
        }
        return nil
    }
}

extension DocumentName {
    /// The name below the inbox for a whole path into the spool, as hits print it; any other stays as it is.
    package func below(_ spool: SpoolDirectory) -> DocumentName {
        guard let place = FilePath(bytes: given), place.isAbsolute, let path = spool.path(ofPlace: place), !path.isEmpty
        else { return self }
        return DocumentName(path.bytes)
    }

    /// The files below the inbox that it can mean, and lines of them, the likeliest first.
    ///
    /// A path into the spool is understood from where the file lies now, anything else as a path below the inbox, and last of all
    /// as one below the spool, such as `done/a.md`.
    /// - Parameters:
    ///   - spool: the spool.
    ///   - current: the current folder, for relative paths into the spool; nil where it is not known.
    /// - Returns: the files, each with the id of a line where one is meant; they lie below the inbox.
    package func files(
        in spool: SpoolDirectory, from current: FilePath?
    ) -> [(path: FilePath, item: [UInt8]?)] {
        let all = (meanings + meaningsWithoutLines).compactMap { meaning in
            FilePath(bytes: Array(meaning.path)).map { ($0, meaning.item.map { Array($0) }) }
        }
        let likely = all.map { path, item in
            ((path.isAbsolute ? path : current?.pushing(path)).flatMap { spool.path(ofPlace: $0) } ?? path, item)
        }
        let typed = all.filter(\.0.isRelative)
        let below = all.filter(\.0.isRelative).map { (spool.path(ofPlace: spool.root.pushing($0)) ?? $0, $1) }
        var seen: Set<DocumentIdentifier> = []
        return (likely + typed + below).compactMap { path, item in
            let path = path.lexicallyNormalized()
            guard path.isRelative, !path.isEmpty, path.components.allSatisfy({ $0.kind == .regular }),
                seen.insert(DocumentIdentifier(path: path.bytes, item: item)).inserted
            else { return nil }
            return (path, item)
        }
    }
}

extension FilePath {
    /// The path that was dropped: what this program added to its names is cut off.
    package var withoutMarks: FilePath { FilePath(root: nil, components.map(\.dropped)) }
}

extension FilePath.Component {
    /// The name that was dropped: what this program added to it is cut off.
    fileprivate var dropped: FilePath.Component {
        let mark = Array(FileName.mark.utf8)
        guard bytes.count > mark.count,
            let start = bytes.indices.dropLast(mark.count).first(where: { bytes[$0...].starts(with: mark) }),
            // A name of this program has no line or id after it.
            bytes[start...].allSatisfy({ $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: ":") })
        else { return self }
        return FilePath.Component(bytes: Array(bytes[..<start])) ?? self
    }
}
