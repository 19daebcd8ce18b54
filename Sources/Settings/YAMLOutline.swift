/// The keys of a configuration file with their lines, for messages that name the place.
///
/// The YAML library gives values without places; this reads only as much of the language as a mapping of mappings needs,
/// and whatever it misreads is still read rightly by the library.
struct YAMLOutline {
    struct Key: Equatable {
        /// Dotted, such as `spool.directory`.
        let path: String
        /// From 1.
        let line: Int
        let hasChildren: Bool
    }

    let keys: [Key]

    init(_ text: String) {
        var open: [(indent: Int, name: String)] = []
        var found: [Key] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            let indent = line.prefix { $0 == " " }.count
            let content = line.dropFirst(indent)
            guard let first = content.first, first != "#", first != "-", !content.hasPrefix("---"),
                let colon = content.firstIndex(of: ":")
            else { continue }
            let after = content[content.index(after: colon)...]
            guard after.isEmpty || after.first == " " || after.first == "\r" else { continue }
            let name = String(content[..<colon]).trimmingQuotes
            while let last = open.last, last.indent >= indent { open.removeLast() }
            let path = (open.map(\.name) + [name]).joined(separator: ".")
            if let parent = found.lastIndex(where: { $0.path == open.map(\.name).joined(separator: ".") }) {
                found[parent] = Key(path: found[parent].path, line: found[parent].line, hasChildren: true)
            }
            found.append(Key(path: path, line: number + 1, hasChildren: false))
            open.append((indent, name))
        }
        keys = found
    }

    /// The line of a key; nil when the file does not have it.
    func line(of path: String) -> Int? { keys.last { $0.path == path }?.line }
}

extension String {
    fileprivate var trimmingQuotes: String {
        guard count >= 2, let first, first == last, first == "\"" || first == "'" else { return self }
        return String(dropFirst().dropLast())
    }
}
