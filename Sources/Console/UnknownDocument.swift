import Identity
import Platform
import Text

/// The error for a name that means no document of an index.
struct UnknownDocument: ExitCoded, CustomStringConvertible {
    let name: DocumentName
    let cause: (any Error)? = nil

    init(_ name: DocumentName) { self.name = name }

    var description: String {
        "no document of the index is named \(TerminalText.name(name.given)), or it has no such lines or passage: "
            + "give a name as vectorspool search prints it, or run vectorspool explain "
            + "\(ShellWord.quoted(name.given)) to see what became of a file"
    }

    var exitCode: Int32 { 1 }
}
