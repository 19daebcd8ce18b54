import Testing
import Text

@Suite("Globs")
struct GlobTests {
    @Test("paths are selected as git ignores them", arguments: GitIgnoreTable.rows.indices)
    func git(row: Int) {
        let (patterns, expected) = GitIgnoreTable.rows[row]
        let list = GlobList(patterns)
        let chosen = GitIgnoreTable.paths.filter { path in
            let isFolder = path.hasSuffix("/")
            return list.match(path.utf8.dropLast(isFolder ? 1 : 0), isFolder: isFolder) != nil
        }
        #expect(chosen == expected, "\(patterns)")
    }

    @Test(
        "a single pattern considers only the path itself",
        arguments: [
            ("d", "d/foo", false), ("foo", "d/foo", true), ("d/*", "d/e/foo", false), ("d/**", "d/e/foo", true),
            ("d/", "d", false), ("**/e/**", "d/e/foo", true), ("", "foo", false), ("*", "", false),
        ])
    func alone(pattern: String, path: String, expected: Bool) {
        #expect(Glob(pattern).matches(path.utf8) == expected)
    }

    @Test("a slash at the end requires a folder")
    func folders() {
        #expect(Glob("d/").matches("d".utf8, isFolder: true))
        #expect(GlobList(["d/"]).match("d".utf8) == nil)
        #expect(GlobList(["d/"]).match("d/foo".utf8) == "d/")
    }

    @Test("the deciding pattern is returned")
    func named() {
        let list = GlobList(["a*", "!ab", "*.tmp", "*p"])
        #expect(list.match("ab".utf8) == nil)
        #expect(list.match("ax".utf8) == "a*")
        #expect(list.match("ax/b.tmp".utf8) == "a*")
        #expect(list.match("b.tmp".utf8) == "*p")
    }

    @Test("names are bytes")
    func bytes() {
        #expect(Glob("?.tmp").matches([0xFF, 0x2E, 0x74, 0x6D, 0x70]))
        #expect(Glob("[!a]x").matches([0x80, 0x78]))
        #expect(Glob("a*").matches([0x61, 0xC3, 0x28]))
        #expect(!Glob("é").matches([0xC3]))
    }

    @Test(
        "an unclosed bracket matches itself",
        arguments: [
            ("[x", "[x"), ("[!x", "[!x"), ("[]x", "[]x"), ("[a-", "[a-"), ("[[:alpha:]", "[a"), (#"[x\]"#, "[x]"),
        ])
    func unclosed(pattern: String, name: String) {
        #expect(Glob(pattern).matches(name.utf8))
        #expect(!Glob(pattern).matches("x".utf8))
    }

    @Test(
        "no pattern takes more than its length times the path's",
        arguments: [
            "a*a*a*a*b", "*a*a*a*a*a*a*b", "[a-z]*[a-z]*[a-z]*?b", "**a**a**a**b",
            String(repeating: "a*", count: 200) + "b",
        ])
    func bounded(pattern: String) {
        let clock = ContinuousClock()
        let name = Array(repeating: UInt8(ascii: "a"), count: 10_000)
        let elapsed = clock.measure {
            #expect(!Glob(pattern).matches(name))
            #expect(Glob(pattern).matches(name + [UInt8(ascii: "b")]))
        }
        // Steps grow with the product of the lengths, 4 million at most; trying all combinations would never end.
        #expect(elapsed < .seconds(20))
    }

    @Test("nor do folders", arguments: ["**/a/**/a/**/a/**/b", "a/**/a*/**/a*a/**/b"])
    func boundedFolders(pattern: String) {
        let clock = ContinuousClock()
        let path = Array(String(repeating: "a/", count: 5_000).utf8)
        let elapsed = clock.measure {
            #expect(!Glob(pattern).matches(path + [UInt8(ascii: "a")]))
            #expect(Glob(pattern).matches(path + Array("aa/b".utf8)))
        }
        #expect(elapsed < .seconds(20))
    }
}
