import Console
import Testing

@Suite("The command of a pager")
struct PagerCommandTests {
    @Test("words are a program and its arguments", arguments: [("less", ["less"]), (" most  -w ", ["most", "-w"])])
    func words(command: String, words: [String]) {
        #expect(PagerCommand(command)?.words == words)
    }

    @Test("what the shell reads is given to it", arguments: ["less -R | cat", "$HOME/pager", "'my pager'", "A=b less"])
    func shell(command: String) {
        let words = PagerCommand(command)?.words ?? []
        #expect(words.prefix(2) == ["/bin/sh", "-c"])
        #expect(words.last?.hasPrefix(command + "\n") == true)
    }

    @Test("nothing and cat are none", arguments: ["", " ", "cat", " cat "])
    func none(command: String) {
        #expect(PagerCommand(command) == nil)
    }
}
