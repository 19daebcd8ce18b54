import Search
import Testing

@Suite struct QuerySyntaxTests {
    private static let fields: Set<String> = ["lang", "author.name", "dc:title", "year", "path", "document"]

    /// An expression in a form that shows all of it.
    private static func shown(_ typed: String) -> String {
        let expression = QueryExpression(parsing: typed, isField: fields.contains)
        return ([expression.text] + expression.conditions).joined(separator: "|")
    }

    @Test(arguments: [
        ("whale ship", "whale ship"), ("+whale ship", "whale ship|+whale"),
        ("ship  -whale", "ship|-whale"), ("\"white whale\" sea", "white whale sea|\"white whale\""),
        ("+\"white whale\" sea", "white whale sea|\"white whale\""),
        ("sea -\"white whale\"", "sea|-\"white whale\""), ("lang:en ship", "ship|lang:en"),
        ("ship -lang:en +year:1999", "ship|-lang:en|year:1999"), ("lang:\"old english\" x", "x|lang:\"old english\""),
        ("author.name:Ann x", "x|author.name:Ann"), ("dc:title:Sea x", "x|dc:title:Sea"),
        ("path:notes/** x", "x|path:notes/**"), ("document:\"a b.md\" x", "x|document:\"a b.md\""),
        ("lang:en", "|lang:en"), ("lang:en -draft", "|-draft|lang:en"), ("lang:\"\" x", "x|lang:\"\""),
        ("+whale\n-ship", "whale|+whale|-ship"), ("+_init_ x", "_init_ x|+_init_"), ("+日本 x", "日本 x|+日本"),
        ("\"a\"b c", "a b c|\"a\""), ("\"a\"+b c", "a +b c|\"a\""), ("-x-y z", "z|-x-y"), ("+x+y z", "x+y z|+x+y"),
        ("-5 degrees", "degrees|-5"), ("+.NET x", ".NET x|+.NET"), ("+$100", "$100|+$100"),
        ("-/etc/passwd +x", "x|-/etc/passwd|+x"), ("+@nobody", "@nobody|+@nobody"), ("x -(zzz)", "x|-(zzz)"),
        ("lang:a:b x", "x|lang:a:b"), ("x \"\u{E9}t\u{E9}\"", "x été|\"été\""),
    ])
    func `operators glued to the beginning of a word are conditions`(typed: String, expected: String) {
        #expect(Self.shown(typed) == expected)
    }

    @Test(arguments: [
        "", " ", "C++", "C++ and C#", "-O2", "-x -\"y z\" -lang:en", "error: x", "lang: en", "12:30", "std::vector",
        "http://x.org", "- x", "+ x", "a - b", "a+b", "a-b", "x -- y", "--force x", "\"open", "x \"open", "5\" disk",
        "\"\"", "x \"\" y", "x \"!?\"", "+\" \" x", "x -\"", "other:en x", "x :en", "x lang:\"en", "x path:!",
        "document:\"\" x", "x +", "x -", "-+x y", "lang\u{301}:en x", "& -x", "(+x) y", "a ->next", "+\u{20AC}",
        "x +\"open", "x \u{2018}\u{2019}",
    ])
    func `what is no operator is text as it stands`(typed: String) {
        let expression = QueryExpression(parsing: typed, isField: Self.fields.contains)
        #expect(expression == QueryExpression(literal: typed))
        #expect(expression.text == typed && expression.isUnconditional)
    }

    @Test func `a field is one only where documents have it`() {
        #expect(QueryExpression(parsing: "lang:en x", isField: { _ in false }).isUnconditional)
        #expect(QueryExpression.mayHaveFields("a:b") && !QueryExpression.mayHaveFields("a b"))
    }

    @Test(arguments: [
        (FieldCondition("year", "1999"), "year=1999"),
        (FieldCondition("year", "1999", isQuoted: true), "year=\"1999\""),
        (FieldCondition("lang", "a\\b", isQuoted: true), #"lang="a\\b""#),
        (FieldCondition("open", "true"), "open=true"),
    ])
    func `a field is the condition of --where`(field: FieldCondition, condition: String) throws {
        #expect(try field.filter == RowFilter(predicates: [MetadataPredicate(parsing: condition)]))
    }
}
