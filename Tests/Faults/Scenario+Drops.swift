import Platform
import SystemPackage

/// What is dropped, and what people ask for.
extension Scenario {
    static let badLine = "no object"

    /// The files to drop before the first run, and before each later one.
    var drops: [[Drop]] {
        switch self {
        case .changing: Self.changingDrops
        case .asking: Self.askingDrops
        case .forgetting: Self.forgettingDrops
        case .left: Self.leftDrops
        case .lanes: Self.lanesDrops
        case .copies: Self.copiesDrops
        case .int8, .float32, .calibrated: Self.quietDrops
        }
    }

    /// What people ask for before each run.
    var requests: [[PersonsRequest]] {
        switch self {
        case .asking: [[.flush], [.pause], [.resume, .retry, .flush]]
        case .forgetting:
            [[], ["a.txt", "lines.jsonl", "bad.txt"].map { .forget($0) }, [], [.forgetUnattended("sub/c.txt")], []]
        default: drops.map { _ in [] }
        }
    }

    private static let askingDrops: [[Drop]] = [
        [
            Drop("a.txt", "one two three"), Drop("bad.txt", [0x61, 0xFF, 0x62], isBad: true),
            Drop("lines.jsonl", "{\"id\":\"x\",\"text\":\"seven\"}\n\(badLine)\n"), Drop("n/e.txt", "six"),
        ],
        [Drop("a.txt", "four five"), Drop("sub/c.txt", "seven")],
        [Drop("new/d.txt", "ten")],
    ]

    private static let changingDrops: [[Drop]] = [
        Disturbance.names.map { Drop(FilePath($0), Disturbance.text($0, 1)) } + [Drop("a.txt", "one two three")],
        [Drop("a.txt", "four five"), Drop("sub/d.txt", "ten")],
    ]

    private static let quietDrops: [[Drop]] = [
        [
            Drop("a.txt", "one two three"), Drop("b.md", "four five"), Drop("sub/c.txt", "six"),
            Drop("lines.jsonl", "{\"id\":\"x\",\"text\":\"seven\"}\n\(badLine)\n{\"id\":\"y\",\"text\":\"eight\"}\n"),
            Drop("bad.txt", [0x61, 0xFF, 0x62], isBad: true), Drop("packed.txt.zst", packed),
            Drop("changing.txt", "the first version"), Drop("same.txt", "the same"), Drop("large.txt", large("x")),
        ],
        [
            Drop("changing.txt", "the second version"), Drop("same.txt", "the same"),
            Drop("lines.jsonl", "{\"id\":\"y\",\"text\":\"eight\"}\n{\"id\":\"z\",\"text\":\"nine\"}\n"),
            Drop("sub/d.txt", "ten"),
        ],
    ]

    /// A version waits when its document is forgotten, another comes afterwards, and the forgotten contents come back.
    private static let forgettingDrops: [[Drop]] = [
        [
            Drop("a.txt", "one two three"), Drop("b.md", "four five"), Drop("sub/c.txt", "six"),
            Drop("lines.jsonl", "{\"id\":\"x\",\"text\":\"seven\"}\n\(badLine)\n"),
            Drop("bad.txt", [0x61, 0xFF, 0x62], isBad: true),
        ],
        [Drop("a.txt", "the second version"), Drop("new/d.txt", "ten")],
        [Drop("a.txt", "one two three"), Drop("lines.jsonl", "{\"id\":\"y\",\"text\":\"eight\"}\n")],
        [Drop("sub/c.txt", "six, changed")],
        [Drop("sub/c.txt", "six, changed again"), Drop("e.txt", "eleven")],
    ]

    private static let leftDrops: [[Drop]] = [
        [
            Drop("a.txt", "one two three"), Drop("theirs/b.md", "four five"), Drop("theirs/deep/c.txt", "six"),
            Drop("theirs/bad.txt", [0x61, 0xFF, 0x62], isBad: true),
        ],
        [Drop("theirs/b.md", "the second version"), Drop("theirs/large.txt", large("y"))],
        [Drop("theirs/b.md", "four five"), Drop("a.txt", "one")],
    ]

    private static let lanesDrops: [[Drop]] = [
        [
            Drop("novel.txt", large("x")), Drop("a note.txt", "one two three"), Drop("grows.txt", "small at first"),
            Drop("shrinks.txt", large("s")), Drop("packed.txt.zst", packedLarge), Drop("z.md", "four five"),
        ],
        [
            Drop("grows.txt", large("g")), Drop("shrinks.txt", "small now"), Drop("b note.txt", "six"),
            Drop("novel.txt", large("n")),
        ],
        [Drop("grows.txt", "small again"), Drop("shrinks.txt", large("t")), Drop("c note.txt", "seven")],
    ]

    private static let copiesDrops: [[Drop]] = [
        [
            Drop("a.txt", "the text that is copied"), Drop("b.txt", "the text that is copied"),
            Drop("large.txt", large("x")),
        ],
        [
            Drop("a.txt", "another text"), Drop("c.txt", "the text that is copied"), Drop("copy.txt", large("x")),
            Drop("b.txt", "one two three"),
        ],
        [Drop("a.txt", "the text that is copied"), Drop("d.txt", "another text"), Drop("large.txt", "small now")],
        [Drop("large.txt", large("x")), Drop("c.txt", "another text")],
    ]

    /// More than the brief lane takes.
    private static func large(_ letter: String) -> String {
        (0..<250).map { "\($0)" + String(repeating: letter, count: 400) }.joined(separator: " ")
    }

    private static let packed = compressed("eleven twelve")
    /// It is found out to be large only when it is read.
    private static let packedLarge = compressed(large("p"))

    private static func compressed(_ text: String) -> [UInt8] {
        var compressor = try? ZstandardCompressor()
        return (try? compressor?.compress(Array(text.utf8).rawSpan)) ?? []
    }

    /// The text in a file of any scenario.
    static func text(_ drop: Drop) -> [UInt8] {
        guard drop.path.extension == "zst" else { return drop.bytes }
        return Array((drop.bytes == packed ? "eleven twelve" : large("p")).utf8)
    }
}
