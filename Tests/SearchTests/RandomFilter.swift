import Search
import TestSupport
import Text

/// A random condition, as somebody would type it, with its meaning written down once more.
struct RandomFilter {
    /// The metadata of a document, as the meaning is defined on them.
    indirect enum JSON: Sendable {
        case null, boolean(Bool), number(Double, String), string(String), array([JSON]), object([(String, JSON)])

        var text: String {
            switch self {
            case .null: "null"
            case .boolean(let value): "\(value)"
            case .number(_, let text): text
            case .string(let value): JSONText.quoted(value)
            case .array(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
            case .object(let members):
                "{" + members.map { JSONText.quoted($0.0) + ": " + $0.1.text }.joined(separator: ",") + "}"
            }
        }

        /// The values of a dotted key.
        func values(_ key: String) -> [JSON] {
            switch self {
            case .array(let elements): elements.flatMap { $0.values(key) }
            case .object(let members):
                members.flatMap { name, value in
                    key == name
                        ? value.leaves
                        : key.hasPrefix(name + ".") ? value.values(String(key.dropFirst(name.count + 1))) : []
                }
            default: []
            }
        }

        private var leaves: [JSON] {
            switch self {
            case .array(let elements): elements.flatMap(\.leaves)
            case .object: []
            default: [self]
            }
        }
    }

    var filter = RowFilter()
    /// Whether a document meets it.
    var holds: @Sendable (ForgedIndex.Document, JSON?) -> Bool = { _, _ in true }

    static let keys = ["year", "lang", "tags", "author.name", "open", "long", "rare", "missing", "id"]

    static func metadata(_ random: inout SeededGenerator) -> JSON? {
        guard Int.random(in: 0..<8, using: &random) > 0 else { return nil }
        var members: [(String, JSON)] = []
        func add(_ name: String, _ chance: Double, _ value: (inout SeededGenerator) -> JSON) {
            if Double.random(in: 0..<1, using: &random) < chance { members.append((name, value(&random))) }
        }
        add("year", 0.8) { random in
            let year = Int.random(in: 1990...2010, using: &random)
            return switch Int.random(in: 0..<4, using: &random) {
            case 0: .string("\(year)")
            case 1: .number(Double(year) + 0.5, "\(year).5")
            default: .number(Double(year), "\(year)")
            }
        }
        add("lang", 0.7) { .string(["en", "de", "tr", "é", "true", "null"].randomElement(using: &$0) ?? "") }
        add("tags", 0.6) { random in
            .array(
                (0..<Int.random(in: 0...3, using: &random)).map { _ in
                    let number = Int.random(in: 0..<9, using: &random)
                    return number < 7 ? .string("t\(number)") : .number(Double(number), "\(number)e0")
                })
        }
        add("author", 0.4) { random in
            let authors = (0..<Int.random(in: 1...2, using: &random)).map { _ in
                JSON.object([("name", .string(["Ann", "Bob, B.", "\"Cem\""].randomElement(using: &random) ?? ""))])
            }
            return Bool.random(using: &random) ? .array(authors) : authors[0]
        }
        add("open", 0.5) { Bool.random(using: &$0) ? .boolean(Bool.random(using: &$0)) : .null }
        add("long", 0.1) { .string(String(repeating: "x", count: Int.random(in: 200...300, using: &$0))) }
        add("rare", 0.01) { .number(Double(Int.random(in: 0..<3, using: &$0)), "0") }
        // A number whose text differs from its value would be a mistake of the test.
        members = members.map { name, value in
            if case .number(let number, "0") = value { return (name, .number(number, "\(Int(number))")) }
            return (name, value)
        }
        add("id", 0.9) { .number(Double(Int.random(in: 0..<100_000, using: &$0)), "") }
        if case .number(let number, "")? = members.last?.1 {
            members[members.count - 1].1 = .number(number, "\(Int(number))")
        }
        return .object(members)
    }

    private static let globs: [(String, @Sendable (String) -> Bool)] = [
        ("*.md", { $0.hasSuffix(".md") }), ("notes/**", { $0.hasPrefix("notes/") }),
        ("notes", { $0.hasPrefix("notes/") }),
        ("mail/*.txt", { $0.hasPrefix("mail/") && $0.hasSuffix(".txt") && $0.split(separator: "/").count == 2 }),
        ("**/deep/*", { $0.split(separator: "/").dropLast().contains("deep") }),
        ("file 1*", { ($0.split(separator: "/").last ?? "").hasPrefix("file 1") }), ("*", { _ in true }),
        ("nowhere/*", { _ in false }),
        ("lines.jsonl", { $0.hasSuffix("lines.jsonl") }),
    ]

    /// Adds conditions at random; one of each kind at most, and up to three on metadata.
    init(_ random: inout SeededGenerator, names: [String]) throws {
        for _ in 0..<Int.random(in: 0...3, using: &random) { try addPredicate(&random) }
        if Int.random(in: 0..<3, using: &random) == 0 { addGlobs(&random) }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let first = Int.random(in: 0..<1000, using: &random)
            let range = first..<first + Int.random(in: 1...1000, using: &random)
            filter.modified = Int64(range.lowerBound) * 1_000_000_000..<Int64(range.upperBound) * 1_000_000_000
            require { document, _ in range.contains(document.modified) }
        }
        if Int.random(in: 0..<6, using: &random) == 0 {
            let wanted =
                (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    names.randomElement(using: &random) ?? ""
                } + (Bool.random(using: &random) ? ["notes/lines.jsonl"] : ["not there"])
            filter.documents = wanted
            require { document, _ in wanted.contains(document.name) || wanted.contains(document.path) }
        }
    }

    private mutating func require(_ condition: @escaping @Sendable (ForgedIndex.Document, JSON?) -> Bool) {
        let before = holds
        holds = { before($0, $1) && condition($0, $1) }
    }

    private mutating func addGlobs(_ random: inout SeededGenerator) {
        let chosen = (0..<Int.random(in: 1...2, using: &random)).compactMap { _ in
            Self.globs.randomElement(using: &random)
        }
        let excluded = Bool.random(using: &random) ? Self.globs.randomElement(using: &random) : nil
        filter.paths = PathGlobs(
            (chosen.map(\.0) + [excluded.map { "!" + $0.0 }].compactMap(\.self)).shuffled(using: &random))
        require { document, _ in
            chosen.contains { $0.1(document.path) } && !(excluded?.1(document.path) ?? false)
        }
    }

    private mutating func addPredicate(_ random: inout SeededGenerator) throws {
        let key = Self.keys.randomElement(using: &random) ?? ""
        let sign = ["=", "!=", "<", ">", "<=", ">=", "in"].randomElement(using: &random) ?? "="
        let pool = [
            "1999", "\"1999\"", "2000.5", "2e3", "en", "é", "true", "null", "false", "t1", "t5", "7", "Ann",
            "\"Bob, B.\"",
            "\"\\\"Cem\\\"\"", "xxxx", "0", "50000", "zz", "\"null\"",
        ]
        let count = sign == "in" ? Int.random(in: 1...4, using: &random) : 1
        let operands = (0..<count).compactMap { _ in pool.randomElement(using: &random) }
        let space = ["", " "].randomElement(using: &random) ?? ""
        let text =
            sign == "in"
            ? key + " in " + operands.joined(separator: "," + space) : key + space + sign + space + operands[0]
        filter.predicates.append(try MetadataPredicate(parsing: text))
        require { _, metadata in
            let values = metadata?.values(key) ?? []
            let isMet = values.contains { value in operands.contains { Self.compares(value, sign, $0) } }
            return sign == "!=" ? !isMet : isMet
        }
    }

    private static func compares(_ value: JSON, _ sign: String, _ operand: String) -> Bool {
        let isQuoted = operand.hasPrefix("\"")
        let isEqual = ["=", "!=", "in"].contains(sign)
        switch value {
        case .null: return isEqual && operand == "null"
        case .boolean(let value): return isEqual && operand == "\(value)"
        case .number(let value, _):
            guard !isQuoted, let number = Double(operand) else { return false }
            return holds(value < number ? -1 : value > number ? 1 : 0, sign)
        case .string(let value):
            let other = isQuoted ? String(operand.dropFirst().dropLast()).replacing("\\\"", with: "\"") : operand
            let (left, right) = (Array(value.unicodeScalars), Array(other.unicodeScalars))
            return holds(left.lexicographicallyPrecedes(right) ? -1 : left == right ? 0 : 1, sign)
        default: return false
        }
    }

    private static func holds(_ order: Int, _ sign: String) -> Bool {
        switch sign {
        case "<": order < 0
        case ">": order > 0
        case "<=": order <= 0
        case ">=": order >= 0
        default: order == 0
        }
    }
}
