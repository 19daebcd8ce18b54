package import Shards
import Text

extension DocumentIdentifier {
    /// The document's name for JSON and for people: its path and, for an object of JSON Lines, `#` and its id.
    ///
    /// It follows the rule for the names of files, see `TerminalText.name`.
    package var displayName: String {
        TerminalText.name(path) + (item.map { "#" + TerminalText.name($0) } ?? "")
    }
}
