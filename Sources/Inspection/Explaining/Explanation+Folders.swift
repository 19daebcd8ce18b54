import Identity
import Platform
import Spool
import SystemPackage

/// Names of which nothing is known as of a file.
extension Explanation {
    /// What there is to say of a name that is a folder of the spool; nil for any other.
    static func ofFolder(
        _ name: DocumentName, from current: FilePath, _ spool: SpoolDirectory
    ) -> Explanation? {
        let days = ((try? Directory.entries(of: spool.replaced)) ?? []).map { spool.replaced.appending($0.name) }
        for (path, item) in name.files(in: spool, from: current) where item == nil {
            let isThere = ([spool.inbox, spool.done, spool.failed] + days).contains {
                (try? FileStatus.of($0.pushing(path)))?.kind == .directory
            }
            guard isThere else { continue }
            var explanation = Explanation(path: path)
            explanation.isFolder = true
            explanation.glob = glob(path) + "/**"
            return explanation
        }
        return nil
    }

    /// Looks whether the name is that of a file or folder outside the spool, as what was dropped from there is called.
    mutating func lookElsewhere(_ name: DocumentName, from current: FilePath, _ spool: SpoolDirectory) {
        for reading in name.meanings where reading.item == nil {
            guard let typed = FilePath(bytes: Array(reading.path)) else { continue }
            let place = (typed.isAbsolute ? typed : current.pushing(typed)).lexicallyNormalized()
            guard !place.starts(with: spool.root.lexicallyNormalized()), let last = place.lastComponent,
                let status = try? FileStatus.of(place)
            else { continue }
            isFolder = status.kind == .directory
            glob = Self.glob(FilePath(root: nil, [last])) + (isFolder ? "/**" : "")
            return
        }
    }

    /// The glob that matches a path, and little else.
    private static func glob(_ path: FilePath) -> String {
        String(decoding: path.bytes, as: UTF8.self).reduce(into: "") { glob, character in
            switch character {
            // A byte that is no text.
            case "\u{FFFD}": glob += "*"
            case "*", "?", "[", "]", "{", "}", "!", "#", "\\": glob += "\\\(character)"
            default: glob.append(character)
            }
        }
    }
}
