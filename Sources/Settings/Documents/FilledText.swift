/// Wraps text into lines of a width, as editors fill paragraphs.
enum FilledText {
    /// Wraps a text, in which an empty line begins a new line and all other line breaks are spaces.
    static func lines(_ text: String, width: Int) -> [String] {
        paragraphs(text).flatMap { fill($0, width: width) }
    }

    /// The text between empty lines, each part on one line.
    static func paragraphs(_ text: String) -> [String] {
        text.split(separator: "\n\n").map { String($0.replacing("\n", with: " ")) }
    }

    private static func fill(_ paragraph: String, width: Int) -> [String] {
        var lines = [""]
        for word in paragraph.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
