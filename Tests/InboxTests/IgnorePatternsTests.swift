import Inbox
import Platform
import SystemPackage
import Testing

@Suite struct IgnorePatternsTests {
    @Test(arguments: [
        ("*", "anything", true), ("*.tmp", "a.tmp", true), ("*.tmp", "a.tmp.txt", false), ("*.tmp", ".tmp", true),
        (".*", ".hidden", true), (".*", "a.hidden", false), ("*~", "a~", true), ("a?c", "abc", true),
        ("a?c", "ac", false), ("[abc]x", "bx", true), ("[!abc]x", "bx", false), ("[!abc]x", "dx", true),
        ("[a-f]*", "cat", true), ("[a-f]*", "zebra", false), ("a*b*c", "aXXbYYc", true), ("a*b*c", "aXXcYYb", false),
        ("[x", "[x", true), ("[x", "x", false), ("", "a", false),
        ("*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false),
    ])
    func matchesLikeAShell(pattern: String, name: String, expected: Bool) {
        #expect((IgnorePatterns([pattern]).match(FilePath(name)) != nil) == expected, "\(pattern) \(name)")
    }

    @Test func matchesEveryFolderOnTheWay() {
        #expect(IgnorePatterns.standard.match("a/.git/b.txt") == ".*")
        #expect(IgnorePatterns.standard.match("a/b/c.txt") == nil)
    }

    @Test func patternsAreThoseOfGit() {
        let patterns = IgnorePatterns(["*.tmp", "!keep.tmp", "build/", "/drafts", "a/**/old"])
        #expect(patterns.match("a/b.tmp") == "*.tmp")
        #expect(patterns.match("a/keep.tmp") == nil)
        #expect(patterns.match("build") == nil)
        #expect(patterns.match("build", isFolder: true) == "build/")
        #expect(patterns.match("a/build/b.txt") == "build/")
        #expect(patterns.match("drafts/b.txt") == "/drafts")
        #expect(patterns.match("a/drafts/b.txt") == nil)
        #expect(patterns.match("a/b/c/old/b.txt") == "a/**/old")
    }

    @Test func namesAreBytes() throws {
        let name = try #require(FilePath.Component(bytes: [0xFF, 0x2E, 0x74, 0x6D, 0x70]))
        #expect(IgnorePatterns(["?.tmp"]).match(FilePath(root: nil, [name])) != nil)
    }
}
