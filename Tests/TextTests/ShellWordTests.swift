import Testing
import Text

@Suite struct ShellWordTests {
    @Test(
        "a word that a shell reads as the same bytes, and that misleads nobody",
        arguments: [
            ("/srv/in box/a.txt", "'/srv/in box/a.txt'"), ("/srv/a_b-1.txt", "/srv/a_b-1.txt"), ("it's", #"'it'\''s'"#),
            ("", "''"), ("-rf", "'-rf'"), ("$(x)`y`", "'$(x)`y`'"), ("é", "'é'"), ("a\nb", #"$'a\x0ab'"#),
            ("\u{1b}[0m'\\", #"$'\x1b[0m\'\\'"#), ("a\u{202E}b", #"$'a\xe2\x80\xaeb'"#),
        ])
    func quotes(text: String, word: String) {
        #expect(ShellWord.quoted(text.utf8) == word)
    }

    @Test func bytesThatAreNoText() {
        #expect(ShellWord.quoted([0x61, 0xFF] as [UInt8]) == #"$'a\xff'"#)
    }
}
