/// The paths of a tree that `git check-ignore --no-index` of git 2.39.5 ignored, for each list of patterns.
enum GitIgnoreTable {
    /// The paths of the tree; folders have a slash at the end.
    static let paths = [
        "foo", "a.c", "ab", "a-b", "a]b", "a*b", "b", "!x", "#y", "x y", #"a\b"#, "7z", "é", "abcb", "Foo", ".h",
        "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x", "q/d/foo",
        "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "foo.d/", "q/", "q/foo/", "q/d/", "q/d/e/",
    ]

    /// The patterns of an ignore file, and the paths that git ignored.
    static let rows: [(patterns: [String], chosen: [String])] = [
        (["foo"], ["foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        (["/foo"], ["foo"]),
        (["foo/"], ["q/foo/x", "q/foo/"]),
        (["/foo/"], []),
        (["d/foo"], ["d/foo"]),
        (["/d/foo"], ["d/foo"]),
        (
            ["d/"],
            [
                "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "q/d/foo", "q/d/e/b", "d/",
                "d/e/", "d/e/f/", "d/axb/", "q/d/", "q/d/e/",
            ]
        ),
        (
            ["/d"],
            ["d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "d/", "d/e/", "d/e/f/", "d/axb/"]
        ),
        (
            ["d"],
            [
                "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "q/d/foo", "q/d/e/b", "d/",
                "d/e/", "d/e/f/", "d/axb/", "q/d/", "q/d/e/",
            ]
        ),
        (["d/e/"], ["d/e/foo", "d/e/f/foo", "d/e/b", "d/e/", "d/e/f/"]),
        (["e/"], ["d/e/foo", "d/e/f/foo", "d/e/b", "q/d/e/b", "d/e/", "d/e/f/", "q/d/e/"]),
        (
            ["*"],
            [
                "foo", "a.c", "ab", "a-b", "a]b", "a*b", "b", "!x", "#y", "x y", #"a\b"#, "7z", "é", "abcb", "Foo",
                ".h", "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x",
                "q/d/foo", "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "foo.d/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (
            ["*/"],
            [
                "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x",
                "q/d/foo", "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "foo.d/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (
            ["?"],
            [
                "b", "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x",
                "q/d/foo", "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (["??"], ["ab", "!x", "#y", "7z", "é", ".h"]),
        (["*.c"], ["a.c", "d/a.c"]),
        (["/*.c"], ["a.c"]),
        (["d/*"], ["d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "d/e/", "d/e/f/", "d/axb/"]),
        (["d/*.c"], ["d/a.c"]),
        (["*/foo"], ["d/foo", "q/foo/x", "q/foo/"]),
        (["d/*/foo"], ["d/e/foo", "d/axb/foo"]),
        (["*/*/foo"], ["d/e/foo", "d/axb/foo", "q/d/foo"]),
        (
            ["**"],
            [
                "foo", "a.c", "ab", "a-b", "a]b", "a*b", "b", "!x", "#y", "x y", #"a\b"#, "7z", "é", "abcb", "Foo",
                ".h", "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x",
                "q/d/foo", "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "foo.d/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (
            ["**/"],
            [
                "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x",
                "q/d/foo", "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "foo.d/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (
            ["/**"],
            [
                "foo", "a.c", "ab", "a-b", "a]b", "a*b", "b", "!x", "#y", "x y", #"a\b"#, "7z", "é", "abcb", "Foo",
                ".h", "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x",
                "q/d/foo", "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "foo.d/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (["**/foo"], ["foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        (["**/foo/"], ["q/foo/x", "q/foo/"]),
        (["**/d/foo"], ["d/foo", "q/d/foo"]),
        (["**/e/b"], ["d/e/b", "q/d/e/b"]),
        (
            ["d/**"],
            ["d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "d/e/", "d/e/f/", "d/axb/"]
        ),
        (["d/**/"], ["d/e/foo", "d/e/f/foo", "d/e/b", "d/axb/foo", "d/e/", "d/e/f/", "d/axb/"]),
        (["d/**/foo"], ["d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo"]),
        (["d/**/b"], ["d/b", "d/e/b"]),
        (["d/**/**/foo"], ["d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo"]),
        (["/**/foo"], ["foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        (["q/**/b"], ["q/d/e/b"]),
        (
            ["**/d/**"],
            [
                "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "q/d/foo", "q/d/e/b", "d/e/",
                "d/e/f/", "d/axb/", "q/d/e/",
            ]
        ),
        (["**/d/**/b"], ["d/b", "d/e/b", "q/d/e/b"]),
        (["***/foo"], ["foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        (
            ["d/***"],
            ["d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "d/e/", "d/e/f/", "d/axb/"]
        ),
        (["**o"], ["foo", "Foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        (["d/**o"], ["d/foo"]),
        (["d/f**o"], ["d/foo"]),
        (["f**o"], ["foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        (["a**b"], ["ab", "a-b", "a]b", "a*b", #"a\b"#, "abcb", "d/axb/foo", "d/axb/"]),
        (["a*b"], ["ab", "a-b", "a]b", "a*b", #"a\b"#, "abcb", "d/axb/foo", "d/axb/"]),
        ([#"a\*b"#], ["a*b"]),
        (["a?b"], ["a-b", "a]b", "a*b", #"a\b"#, "d/axb/foo", "d/axb/"]),
        (["a[x-]b"], ["a-b", "d/axb/foo", "d/axb/"]),
        (["a[-x]b"], ["a-b", "d/axb/foo", "d/axb/"]),
        (["a[!-]b"], ["a]b", "a*b", #"a\b"#, "d/axb/foo", "d/axb/"]),
        (["a[^-]b"], ["a]b", "a*b", #"a\b"#, "d/axb/foo", "d/axb/"]),
        (["a[]]b"], ["a]b"]),
        (["a[]-]b"], ["a-b", "a]b"]),
        (["a[!]]b"], ["a-b", "a*b", #"a\b"#, "d/axb/foo", "d/axb/"]),
        ([#"a[\]]b"#], ["a]b"]),
        ([#"a[\]-\]]b"#], ["a]b"]),
        (["a[a-c-e]b"], ["a-b"]),
        (["a[+--]b"], ["a-b"]),
        (["[a-c]"], ["b", "d/b", "d/e/b", "q/d/e/b"]),
        (
            ["[!a-c]"],
            [
                "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x",
                "q/d/foo", "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (["[c-a]"], []),
        (["[[:digit:]]z"], ["7z"]),
        (
            ["[[:alpha:]]"],
            [
                "b", "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x",
                "q/d/foo", "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (["[[:upper:]]oo"], ["Foo"]),
        (
            ["[[:lower:][:digit:]]*"],
            [
                "foo", "a.c", "ab", "a-b", "a]b", "a*b", "b", "x y", #"a\b"#, "7z", "abcb", "d/foo", "d/e/foo",
                "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x", "q/d/foo", "q/d/e/b", "d/",
                "d/e/", "d/e/f/", "d/axb/", "foo.d/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (["[[:none:]]"], []),
        (["[[:alpha:]b"], []),
        (["[[:]"], []),
        (["[![:alnum:]]?"], ["!x", "#y", "é", ".h"]),
        ([#"\!x"#], ["!x"]),
        ([##"\#y"##], ["#y"]),
        ([#"\foo"#], ["foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        ([#"a\\b"#], [#"a\b"#]),
        ([#"a\"#], []),
        ([#"x\ y"#], ["x y"]),
        ([#"d\/foo"#], ["d/foo"]),
        (["d/[e]/foo"], ["d/e/foo"]),
        (["d[/]foo"], []),
        (["d/a[!/]b/foo"], ["d/axb/foo"]),
        (["d?foo"], []),
        (["d/a?b"], ["d/axb/foo", "d/axb/"]),
        (["d/a*b/"], ["d/axb/foo", "d/axb/"]),
        (["a*b*b"], ["abcb"]),
        (["abc*b"], ["abcb"]),
        ([".*"], [".h"]),
        (["foo.*"], ["foo.d/x", "foo.d/"]),
        (
            ["foo*"],
            ["foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "foo.d/x", "q/foo/x", "q/d/foo", "foo.d/", "q/foo/"]
        ),
        (["*foo"], ["foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        (
            ["*o*"],
            [
                "foo", "Foo", "d/foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "foo.d/x", "q/foo/x", "q/d/foo", "foo.d/",
                "q/foo/",
            ]
        ),
        (["/"], []),
        (["//"], []),
        (["d//foo"], []),
        (["d/e/f"], ["d/e/f/foo", "d/e/f/"]),
        (["/d/e/f/"], ["d/e/f/foo", "d/e/f/"]),
        (["q/*/e"], ["q/d/e/b", "q/d/e/"]),
        (["q/d/?"], ["q/d/e/b", "q/d/e/"]),
        (["F*"], ["Foo"]),
        (
            ["*", "!foo"],
            [
                "a.c", "ab", "a-b", "a]b", "a*b", "b", "!x", "#y", "x y", #"a\b"#, "7z", "é", "abcb", "Foo", ".h",
                "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x",
                "q/d/foo", "q/d/e/b", "d/", "d/e/", "d/e/f/", "d/axb/", "foo.d/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (["foo", "!d/foo"], ["foo", "d/e/foo", "d/e/f/foo", "d/axb/foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        (
            ["d/*", "!d/b"],
            ["d/foo", "d/e/foo", "d/e/f/foo", "d/e/b", "d/a.c", "d/axb/foo", "d/e/", "d/e/f/", "d/axb/"]
        ),
        (
            ["d", "!d/b"],
            [
                "d/foo", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "q/d/foo", "q/d/e/b", "d/",
                "d/e/", "d/e/f/", "d/axb/", "q/d/", "q/d/e/",
            ]
        ),
        (
            ["*", "!*/", "!foo"],
            [
                "a.c", "ab", "a-b", "a]b", "a*b", "b", "!x", "#y", "x y", #"a\b"#, "7z", "é", "abcb", "Foo", ".h",
                "d/b", "d/e/b", "d/a.c", "foo.d/x", "q/foo/x", "q/d/e/b",
            ]
        ),
        (["!foo"], []),
        (["foo", "!foo", "/foo"], ["foo"]),
        (["*.c", "!/a.c"], ["d/a.c"]),
        (["**/foo", "!d/**"], ["foo", "q/foo/x", "q/d/foo", "q/foo/"]),
        (["d/**", "!d/**/", "!b"], ["d/foo", "d/e/foo", "d/e/f/foo", "d/a.c", "d/axb/foo"]),
        (
            ["/*", "!/d", "/d/*", "!/d/foo"],
            [
                "foo", "a.c", "ab", "a-b", "a]b", "a*b", "b", "!x", "#y", "x y", #"a\b"#, "7z", "é", "abcb", "Foo",
                ".h", "d/e/foo", "d/e/f/foo", "d/b", "d/e/b", "d/a.c", "d/axb/foo", "foo.d/x", "q/foo/x", "q/d/foo",
                "q/d/e/b", "d/e/", "d/e/f/", "d/axb/", "foo.d/", "q/", "q/foo/", "q/d/", "q/d/e/",
            ]
        ),
        (["foo/", "!q/foo/"], []),
        ([#"\!x"#, "!*x"], []),
        (["!x"], []),
        (["a*", "!a*b", "a?b"], ["a.c", "a-b", "a]b", "a*b", #"a\b"#, "d/a.c", "d/axb/foo", "d/axb/"]),
    ]
}
