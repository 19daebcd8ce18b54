import Lexicon
import Testing

@Suite("analyzers")
struct AnalyzerTests {
    @Test("a name is a language and the version of the rules")
    func names() {
        #expect(Analyzer().name == "english/1")
        for language in Language.allCases {
            let analyzer = Analyzer(language: language)
            #expect(Analyzer(name: analyzer.name) == analyzer)
        }
    }

    @Test(
        "other names are refused",
        arguments: ["", "english", "english/", "english/2", "english/01", "English/1", "klingon/1", "/1", "english/1/"])
    func refused(name: String) {
        #expect(Analyzer(name: name) == nil)
    }

    @Test("each language has a stemmer", arguments: Language.allCases)
    func stemmers(language: Language) throws {
        var reader = try TermReader(Analyzer(language: language))
        #expect(reader.terms(of: "A1 b-2") == ["a1", "b-2", "b2"])
    }

    @Test(
        "words become stems of their language",
        arguments: [
            (Language.english, "running houses", ["run", "hous"]), (.none, "running houses", ["running", "houses"]),
            (.german, "Häusern", ["haus"]), (.french, "chanterons", ["chant"]),
            (.russian, "книгами КНИГА", ["книг", "книг"]), (.turkish, "evlerde", ["ev"]),
        ])
    func stems(language: Language, text: String, terms: [String]) throws {
        var reader = try TermReader(Analyzer(language: language))
        #expect(reader.terms(of: text) == terms)
    }
}
