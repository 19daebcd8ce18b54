/// A language whose words are reduced to stems, by its name in Snowball.
package enum Language: String, CaseIterable, Sendable {
    /// Words stay as they are: for texts in several languages, and for those that Snowball does not know.
    case none
    case arabic
    case armenian
    case basque
    case catalan
    case danish
    case dutch
    case english
    case finnish
    case french
    case german
    case greek
    case hindi
    case hungarian
    case indonesian
    case irish
    case italian
    case lithuanian
    case nepali
    case norwegian
    case portuguese
    case romanian
    case russian
    case serbian
    case spanish
    case swedish
    case tamil
    case turkish
    case yiddish
}
