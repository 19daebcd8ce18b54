import Identity
import Text

/// The documents that names on a command line can mean.
struct NamedDocuments: Sendable {
    /// Each name, with what it can mean.
    let names: [(name: String, meanings: Set<DocumentIdentifier>)]

    /// Reads names as they were typed, and as names are shown that have something to hide.
    init(_ names: [String]) {
        self.names = names.map { name in
            let forms = [Array(name.utf8), TerminalText.bytes(ofName: name)]
            return (name, Set(forms.map { DocumentIdentifier(path: $0) } + forms.flatMap(Self.items)))
        }
    }

    /// A path may hold the mark between path and id, so each of them may be that one.
    private static func items(_ bytes: [UInt8]) -> [DocumentIdentifier] {
        bytes.indices.filter { bytes[$0] == UInt8(ascii: "#") }.map {
            DocumentIdentifier(path: Array(bytes[..<$0]), item: Array(bytes[($0 + 1)...]))
        }
    }

    /// The places of the names that can mean a document.
    func places(of identifier: DocumentIdentifier) -> [Int] {
        let file = DocumentIdentifier(path: Array(identifier.path))
        return names.indices.filter {
            names[$0].meanings.contains(identifier) || names[$0].meanings.contains(file)
        }
    }
}
