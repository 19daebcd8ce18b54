import Foundation
import Search
import Shards
import TestSupport
import Testing

@Suite("What people type in filters")
struct FilterSyntaxTests {
    /// A predicate in a form that shows all of it.
    private static func shown(_ predicate: MetadataPredicate) -> String {
        let operands = predicate.operands.map { operand in
            String(decoding: operand.text, as: UTF8.self) + (operand.number.map { " #\($0)" } ?? "")
                + (operand.word == nil ? "" : " word")
        }
        return ([String(decoding: predicate.key, as: UTF8.self), predicate.comparison.rawValue] + operands)
            .joined(separator: "|")
    }

    @Test(
        "predicates",
        arguments: [
            ("year>=1990", "year|>=|1990 #1990.0"), (" lang = en ", "lang|=|en"), ("a==b", "a|=|b"),
            ("a=b=c", "a|=|b=c"),
            ("a!=b", "a|!=|b"), ("a<-1.5e1", "a|<|-1.5e1 #-15.0"), ("a<=0x10", "a|<=|0x10"), ("a>nan", "a|>|nan"),
            ("tag in red,green", "tag|in|red|green"), ("tag in [\"a,b\", c]", "tag|in|a,b|c"),
            ("tag in(1, 2)", "tag|in|1 #1.0|2 #2.0"),
            ("in=x", "in|=|x"), ("made in=x", "made in|=|x"), ("a b in x y", "a b|in|x y"),
            ("open=true", "open|=|true word"),
            ("open=\"true\"", "open|=|true"), ("a=null", "a|=|null word"), ("a=\"\"", "a|=" + "|"),
            ("\"a=b\"=c", "a=b|=|c"),
            ("\"\"=c", "|=|c"), ("ключ=да", "ключ|=|да"), ("a=\"\\u00e9\"", "a|=|é"), ("a=01", "a|=|01"),
            ("a=1 ", "a|=|1 #1.0"), ("a=this and that", "a|=|this and that"),
            ("a=\"x or b=c\"", "a|=|x or b=c"),
        ])
    func predicates(typed: String, expected: String) throws {
        #expect(Self.shown(try MetadataPredicate(parsing: typed)) == expected)
    }

    @Test(
        "what is no predicate is refused",
        arguments: [
            "", " ", "year", "=x", "a=", "a in", "a in ", "a in x,", "a in [x", "a=\"x", "a=\"x\"y", "\"a=b", "!a",
            "a!b", "in x",
            "a ~ b", "year=>1990", "year<>1990", "a in b,>c", "year<1990 or year>2000", "year>1989 and lang=en",
            "lang!=en && year=1990",
            "a=x OR b in y",
        ])
    func refused(typed: String) {
        #expect(throws: SearchError.self) { try MetadataPredicate(parsing: typed) }
    }

    @Test("a field of a query is a predicate")
    func field() throws {
        #expect(
            try FieldCondition("lang", "en").filter == RowFilter(predicates: [MetadataPredicate(parsing: "lang=en")]))
    }

    @Test(
        "!= is the opposite of =, also for a document without the key",
        arguments: [[], [.string(Array("x".utf8))], [.null], [.number(1), .string(Array("x".utf8))]]
            as [[MetadataValue]])
    func opposite(values: [MetadataValue]) throws {
        for value in ["x", "1", "null", "y"] {
            let (equal, other) = (
                try MetadataPredicate(parsing: "k=\(value)"), try MetadataPredicate(parsing: "k!=\(value)")
            )
            #expect(equal.holds(for: values) != other.holds(for: values))
        }
    }

    private static let zone = TimeZone(identifier: "Europe/Berlin") ?? .gmt

    @Test(
        "times",
        arguments: [
            ("2026-01-31", "2026-01-30T23:00:00Z", 86_400), ("2026-03-29", "2026-03-28T23:00:00Z", 82_800),
            ("2026-02", "2026-01-31T23:00:00Z", 28 * 86_400), ("2026", "2025-12-31T23:00:00Z", 365 * 86_400),
            ("2026-01-31T10:00", "2026-01-31T09:00:00Z", 60), ("2026-01-31 10:00:30", "2026-01-31T09:00:30Z", 1),
            ("2026-01-31T10:00Z", "2026-01-31T10:00:00Z", 60), ("2026-01-31T10:00-05:30", "2026-01-31T15:30:00Z", 60),
        ])
    func times(typed: String, start: String, seconds: Int) throws {
        let moment = try #require(Moment(parsing: typed, zone: Self.zone))
        let expected = Int64(try Date(start, strategy: .iso8601).timeIntervalSince1970)
        #expect(moment.span == expected * 1_000_000_000..<(expected + Int64(seconds)) * 1_000_000_000)
    }

    @Test("times ago", arguments: [("7d", 604_800), ("2w", 1_209_600), ("12h", 43_200), ("0d", 0)])
    func ago(typed: String, seconds: Int64) throws {
        let now = Date(timeIntervalSince1970: 2_000_000_000)
        let moment = try #require(Moment(parsing: typed, now: now))
        #expect(moment.span.lowerBound == (2_000_000_000 - seconds) * 1_000_000_000)
        #expect(moment.span.count == 1)
    }

    @Test("days by their words", arguments: [("today", "2033-05-18"), ("yesterday", "2033-05-17")])
    func days(typed: String, day: String) throws {
        let moment = try #require(Moment(parsing: typed, now: Date(timeIntervalSince1970: 2_000_000_000), zone: .gmt))
        #expect(moment == Moment(parsing: day, zone: .gmt))
    }

    @Test(
        "what is no time is refused",
        arguments: [
            "", "tomorrow", "2026-02-30", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-31T", "2026-01-31T25:00",
            "2026-01T10:00", "7m",
            "-7d", "d", "2026-01-31T10:00+1", "٢٠٢٦-٠١-٣١", "2026-00-01", "2026-01-00", "99999999d",
        ])
    func noTimes(typed: String) {
        #expect(Moment(parsing: typed, zone: Self.zone) == nil)
    }

    @Test("a time that nanoseconds cannot express is the first or the last that they can")
    func farTimes() throws {
        #expect(try #require(Moment(parsing: "0001-01-01", zone: .gmt)).span.lowerBound == .min)
        #expect(try #require(Moment(parsing: "9999", zone: .gmt)).span.upperBound == .max)
    }
}
