import Search
import TestSupport

/// Random passages and queries with conditions, with their meaning written down once more.
struct RandomConditions {
    /// A word that passages have, with what the rules of terms make of it.
    private struct Word {
        let text: String
        let folded: [String]
        let terms: [String]
    }

    private static let words = [
        Word(text: "ship", folded: ["ship"], terms: ["ship"]), Word(text: "Ships", folded: ["ships"], terms: ["ship"]),
        Word(text: "WHALE", folded: ["whale"], terms: ["whale"]), Word(text: "runs", folded: ["runs"], terms: ["run"]),
        Word(text: "running", folded: ["running"], terms: ["run"]), Word(text: "run", folded: ["run"], terms: ["run"]),
        Word(text: "Café", folded: ["café", "cafe"], terms: ["café", "cafe"]),
        Word(text: "cafe", folded: ["cafe"], terms: ["cafe"]), Word(text: "err", folded: ["err"], terms: ["err"]),
        Word(text: "ERR_SSL", folded: ["err_ssl"], terms: ["err_ssl", "err", "ssl"]),
        Word(text: "ssl", folded: ["ssl"], terms: ["ssl"]), Word(text: "sea", folded: ["sea"], terms: ["sea"]),
    ]

    /// The words of a passage by their places in `words`, and its text.
    struct Passage: Sendable {
        fileprivate let places: [Int]
        let text: String
    }

    /// A random passage, in which `rarest` stands seldom.
    static func passage(_ random: inout SeededGenerator) -> Passage {
        let places = (0..<Int.random(in: 1...8, using: &random)).map { _ in
            min(Int.random(in: words.indices, using: &random), Int.random(in: words.indices, using: &random))
        }
        let text = places.reduce("") { text, place in
            text + (text.isEmpty ? "" : [" ", " ", ", ", "\n", " — "].randomElement(using: &random) ?? "")
                + words[place].text
        }
        return Passage(places: places, text: text)
    }

    /// The query as somebody types it.
    private(set) var typed = ""
    /// Whether a passage meets its conditions.
    private(set) var holds: @Sendable (Passage) -> Bool = { _ in true }

    init(_ random: inout SeededGenerator) {
        typed = "sea whale"
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let isExcluded = Int.random(in: 0..<3, using: &random) == 0
            let count = Int.random(in: 1...3, using: &random)
            let wanted = (0..<count).map { _ in Int.random(in: Self.words.indices, using: &random) }
            let holds: @Sendable (Passage) -> Bool
            if count == 1, Bool.random(using: &random) {
                typed += (isExcluded ? " -" : " +") + Self.words[wanted[0]].text
                holds = { passage in
                    passage.places.contains { Self.words[$0].terms.contains(Self.words[wanted[0]].terms[0]) }
                }
            } else {
                typed +=
                    (isExcluded ? " -\"" : " \"") + wanted.map { Self.words[$0].text }.joined(separator: " ") + "\""
                holds = { passage in
                    passage.places.indices.contains { start in
                        passage.places.count - start >= count
                            && wanted.indices.allSatisfy { offset in
                                Self.words[passage.places[start + offset]].folded
                                    .contains(Self.words[wanted[offset]].folded[0])
                            }
                    }
                }
            }
            let before = self.holds
            self.holds = { before($0) && holds($0) != isExcluded }
        }
    }
}
