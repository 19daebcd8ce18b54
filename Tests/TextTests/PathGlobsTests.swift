import TestSupport
import Testing
import Text

@Suite("Globs that select paths")
struct PathGlobsTests {
    @Test(
        "select as people expect",
        arguments: [
            (["*.md"], ["a.md", "x/y/b.md"], ["a.mdx", "md"]),
            (["notes/**"], ["notes/a", "notes/x/y"], ["notes", "x/notes/a"]),
            (["notes"], ["notes/a", "x/notes/b", "notes"], ["note/a", "notes2/a"]),
            (["/notes"], ["notes/a"], ["x/notes/a"]),
            (["notes/"], ["notes/a", "x/notes/b"], ["notes", "x/notes"]),
            (["!*.log"], ["a.txt"], ["a.log", "x/b.log"]),
            (["notes", "!*.log"], ["notes/a"], ["notes/a.log", "b"]),
            (["!*.log", "notes"], ["notes/a"], ["notes/a.log", "b"]),
            (["a*/**/c.txt"], ["ab/c.txt", "a/x/y/c.txt"], ["b/c.txt", "c.txt"]),
            (["*.md", "*.txt"], ["a.md", "b.txt"], ["c.log"]),
            ([#"\!x"#], ["!x", "y/!x"], ["x"]), (["!notes/*", "notes"], ["x/notes/a"], ["notes/a", "notes/b/c"]),
        ] as [([String], [String], [String])])
    func selects(globs: [String], selected: [String], others: [String]) {
        let globs = PathGlobs(globs)
        for path in selected { #expect(globs.selects(Array(path.utf8)), "\(path)") }
        for path in others { #expect(!globs.selects(Array(path.utf8)), "\(path)") }
    }

    @Test("a walk through sorted paths finds what each path alone gives, and a single glob what a list of git's does")
    func walk() {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        func name() -> String {
            ["a", "ab", "b.md", "c", "*", "**", "a*", "[ab]", "?"].randomElement(using: &random) ?? ""
        }
        for _ in 0..<300 {
            let patterns = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                (Int.random(in: 0..<4, using: &random) == 0 ? "!" : "")
                    + (0..<Int.random(in: 1...3, using: &random)).map { _ in name() }.joined(separator: "/")
                    + (Int.random(in: 0..<6, using: &random) == 0 ? "/" : "")
            }
            let paths = (0..<60).map { _ in
                Array((0..<Int.random(in: 1...4, using: &random)).map { _ in name() }.joined(separator: "/").utf8)
            }.sorted { $0.lexicographicallyPrecedes($1) }
            let globs = PathGlobs(patterns)
            var walk = PathGlobs.Walk(globs)
            var previous: [UInt8] = []
            for path in paths {
                let shared = zip(previous, path).prefix { $0 == $1 }.count
                let isSelected = walk.selects(path[...], shared: shared)
                #expect(isSelected == globs.selects(path), "\(patterns), \(random)")
                if patterns.count == 1, !patterns[0].hasPrefix("!") {
                    #expect(isSelected == (GlobList(patterns).match(path) != nil), "\(patterns), \(random)")
                }
                previous = path
            }
        }
    }
}
