import Identity
import Platform
import Text

/// The error for a name that means no document of an index.
struct UnknownDocument: ExitCoded, CustomStringConvertible {
    let name: DocumentName
    /// The document that the name means without its lines or passage; nil where there is none.
    let whole: DocumentName?
    let cause: (any Error)? = nil

    init(_ name: DocumentName, whole: DocumentName? = nil) { (self.name, self.whole) = (name, whole) }

    var description: String {
        if let whole {
            return "\(TerminalText.name(whole.given)) is in the index and has no such lines or passage as "
                + "\(TerminalText.name(name.given)) names: vectorspool show \(ShellWord.quoted(whole.given)) prints all of it"
        }
        return
            "no document of the index is named \(TerminalText.name(name.given)): give a name as vectorspool search prints it, or run vectorspool explain "
            + "\(ShellWord.quoted(name.given)) to see what became of a file"
    }

    var exitCode: Int32 { 1 }
}
