import Platform
package import SystemPackage
import Text

/// The words of a command line as the parser takes them, which knows text only.
///
/// A name on Linux need not be UTF-8, and the shell hands it over as it is. Such a word is spelled as names are shown, which
/// every command can turn back, and its own bytes are kept.
package struct TypedArguments: Sendable {
    /// Those of this process, without its name.
    package static let current = TypedArguments(Array(CurrentProcess.arguments.dropFirst()))

    /// The words as text.
    package let texts: [String]
    /// The bytes of the words that are no text, by the bytes of their spelling: equal strings can differ in bytes.
    private let spelled: [[UInt8]: [UInt8]]

    package init(_ words: [[UInt8]]) {
        let plain = Set(words)
        var spelled: [[UInt8]: [UInt8]] = [:]
        texts = words.map { word in
            if let text = String(validating: word, as: UTF8.self) { return text }
            let option = Self.option(of: word)
            let value = Array(word.dropFirst(option.utf8.count))
            var text = TerminalText.name(value)
            // Another file can have that very name.
            if plain.contains(Array(text.utf8)) { text = Self.escaped(value) }
            spelled[Array(text.utf8)] = value
            return option + text
        }
        self.spelled = spelled
    }

    /// The option that a word such as `--into=folder` gives a value to, with its mark; empty for any other word.
    private static func option(of word: [UInt8]) -> String {
        guard word.starts(with: "--".utf8), let end = word.firstIndex(of: UInt8(ascii: "=")) else { return "" }
        return String(validating: word[...end], as: UTF8.self) ?? ""
    }

    /// Every byte by its number.
    private static func escaped(_ value: [UInt8]) -> String {
        value.map { "\\x" + ($0 < 0x10 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }

    /// The bytes of a word, or of the value in one.
    package func bytes(of text: String) -> [UInt8] { spelled[Array(text.utf8)] ?? Array(text.utf8) }

    /// The file that a word names: as it stands, or as names are shown where only that is there.
    package func path(_ text: String) -> FilePath {
        let typed = FilePath(bytes: bytes(of: text)) ?? FilePath(text)
        guard spelled[Array(text.utf8)] == nil, !FileStatus.exists(typed),
            let shown = FilePath(bytes: TerminalText.bytes(ofName: text)), FileStatus.exists(shown)
        else { return typed }
        return shown
    }
}
