package import Platform
package import SystemPackage

/// A file of `replaced/`, `done/` or `failed/` that has lain there for longer than somebody wants.
package struct AgedFile: Sendable {
    /// The folder that it lies in.
    package enum Folder: String, Sendable, CaseIterable {
        case replaced
        case done
        case failed
    }

    package let folder: Folder
    /// Where it lies below that folder.
    package let place: FilePath
    package let status: FileStatus

    /// Its path below the inbox; what this program has added to names is cut off.
    package var path: FilePath {
        Self.path(of: FilePath(root: nil, place.components.dropFirst(folder == .replaced ? 1 : 0)))
    }

    /// The path below the inbox of a file of `done/`, as far as its place tells: what was added to names is cut off.
    package static func path(of place: FilePath) -> FilePath {
        FilePath(root: nil, place.components.map(\.dropped))
    }

    /// Where it lies below the spool.
    package var placeInSpool: FilePath { FilePath(folder.rawValue).pushing(place) }
}

extension FilePath.Component {
    /// The name that was dropped.
    fileprivate var dropped: FilePath.Component {
        bytes.firstRange(of: Array(FileName.mark.utf8)).flatMap {
            FilePath.Component(bytes: Array(bytes[..<$0.lowerBound]))
        } ?? self
    }
}
