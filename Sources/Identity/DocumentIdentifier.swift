import Text

/// Identifies a document across drops: its path in the inbox and, in a `.jsonl` file, the object's id.
///
/// Paths are bytes, since names on Linux need not be UTF-8. They contain no NUL, so `path NUL item` cannot be confused
/// with a path.
package struct DocumentIdentifier: Hashable, Sendable {
    /// `path`, or `path NUL item`.
    package let bytes: [UInt8]

    /// Identifies the document at a path relative to the inbox; `item` is the `id` of an object of a `.jsonl` file.
    package init(path: [UInt8], item: [UInt8]? = nil) {
        bytes = if let item { path + [0] + item } else { path }
    }

    /// The path's bytes.
    package var path: ArraySlice<UInt8> {
        bytes.prefix { $0 != 0 }
    }

    /// The item's bytes, if there is one.
    package var item: ArraySlice<UInt8>? {
        bytes.firstIndex(of: 0).map { bytes[($0 + 1)...] }
    }
}

extension DocumentIdentifier {
    /// The document's name for JSON and for people: its path, followed for an object of JSON Lines by `#` and its id.
    ///
    /// It follows the rule for file names, see `TerminalText.name`.
    package var displayName: String {
        TerminalText.name(path) + (item.map { "#" + TerminalText.name($0) } ?? "")
    }
}
