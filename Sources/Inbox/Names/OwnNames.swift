import Identity
import Platform
package import SystemPackage

/// The names that VectorSpool gives: `<name>.vectorspool-<kind>…`.
///
/// They are recognised before any pattern, so that what is given back to the inbox is never held for a stranger's file,
/// and a report is never held for a text.
package enum OwnNames: Sendable, Equatable {
    /// Rejected lines of a file; mended and given back they are taken like any other file.
    case lines
    /// A copy that `vectorspool drop` is making.
    case dropping(original: String)
    /// Anything else, such as the report beside a failed file or an earlier version; never indexed.
    case other(original: String)

    private static let mark = Array(OwnMark.text.utf8)

    /// What the last name of a path says; nil when it is not one of ours.
    package init?(_ path: FilePath) {
        guard let name = path.lastComponent?.bytes, name.count > Self.mark.count else { return nil }
        let last = name.count - Self.mark.count
        guard let place = (1...last).last(where: { name[$0...].starts(with: Self.mark) }) else { return nil }
        let kind = name[(place + Self.mark.count)...]
        if kind.starts(with: Array("lines".utf8)) || kind.starts(with: Array("bad-lines".utf8)) {
            self = .lines
        } else {
            let original = FilePath(bytes: Array(name[..<place]))?.displayName ?? ""
            self =
                kind.starts(with: Array("dropping-".utf8)) ? .dropping(original: original) : .other(original: original)
        }
    }
}
