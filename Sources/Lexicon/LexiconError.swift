/// A reason why text cannot be read by the rules of an analyzer.
package enum LexiconError: Error, Hashable, CustomStringConvertible {
    /// The Snowball library that the program was built with has no stemmer for the language.
    case languageMissing(Language)

    package var description: String {
        switch self {
        case .languageMissing(let language): "there is no stemmer for the language \(language.rawValue) in this program"
        }
    }
}
