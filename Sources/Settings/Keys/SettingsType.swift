package import Inbox
package import SystemPackage
import Text

/// How values of one type are parsed and formatted.
package struct SettingsType<Value: Sendable & Equatable>: Sendable {
    package let form: SettingsForm
    let read: @Sendable (SettingsText) throws(SettingsRefusal) -> Value
    let text: @Sendable (Value) -> SettingsText

    /// Makes the type of a single value; `value` parses a text, and nil refuses it.
    private init(
        _ form: SettingsForm, value: @escaping @Sendable (String) -> Value?, text: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            form,
            read: { (text) throws(SettingsRefusal) in
                guard let found = value(text) else {
                    throw SettingsRefusal("is '\(text)'; \(form.demand) is needed\(form.guess(for: text))")
                }
                return found
            }, text: text)
    }

    private init(
        _ form: SettingsForm, read: @escaping @Sendable (String) throws(SettingsRefusal) -> Value,
        text: @escaping @Sendable (Value) -> String
    ) {
        self.form = form
        self.read = { (given) throws(SettingsRefusal) in
            guard case .one(let text) = given else { throw SettingsRefusal(form.complaint) }
            return try read(text)
        }
        self.text = { .one(text($0)) }
    }

    private init(patterns value: @escaping @Sendable ([String]) -> Value, list: @escaping @Sendable (Value) -> [String])
    {
        form = .patterns
        read = { (given) throws(SettingsRefusal) in
            switch given {
            case .one(let pattern): value([pattern])
            case .list(let patterns): value(patterns)
            }
        }
        text = { .list(list($0)) }
    }
}

extension SettingsForm {
    /// A guess at the intended word, to follow a message; empty when none is similar.
    fileprivate func guess(for text: String) -> String {
        guard case .word(let words) = self, let word = LikeWord.nearest(to: text, among: words) else { return "" }
        return "; did you mean \(word)?"
    }
}

extension SettingsType<Int> {
    /// A whole number, with `_` allowed between digits.
    package static func whole(_ range: ClosedRange<Int>) -> SettingsType {
        SettingsType(
            .whole(range),
            value: { number($0, in: range) }, text: { "\($0)" })
    }

    fileprivate static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        Int(text.filter { $0 != "_" }).flatMap { range.contains($0) ? $0 : nil }
    }
}

extension SettingsType<Int?> {
    /// A whole number, or nothing.
    package static func whole(_ range: ClosedRange<Int>) -> SettingsType {
        SettingsType(
            .whole(range), value: { text in SettingsType<Int>.number(text, in: range).map { .some($0) } },
            text: { $0.map { "\($0)" } ?? "" })
    }
}

extension SettingsType<Double> {
    package static func number(_ range: ClosedRange<Double>) -> SettingsType {
        SettingsType(
            .number(range), value: { Double($0).flatMap { range.contains($0) ? $0 : nil } },
            text: SettingsForm.plain)
    }
}

extension SettingsType<Duration> {
    package static func seconds(_ range: ClosedRange<Double>) -> SettingsType {
        SettingsType(
            .seconds(range), value: { Double($0).flatMap { range.contains($0) ? .seconds($0) : nil } },
            text: { SettingsForm.plain($0 / .seconds(1)) })
    }
}

extension SettingsType<Bool> {
    package static var boolean: SettingsType {
        SettingsType(
            .boolean,
            value: { text in
                switch text.lowercased() {
                case "true", "yes", "on", "1": true
                case "false", "no", "off", "0": false
                default: nil
                }
            }, text: { "\($0)" })
    }
}

extension SettingsType where Value: CaseIterable & RawRepresentable<String> {
    /// One of the words of an enumeration.
    package static var word: SettingsType {
        SettingsType(
            .word(Value.allCases.map(\.rawValue)), value: { Value(rawValue: $0) }, text: { $0.rawValue })
    }
}

extension SettingsType {
    /// One of some words that represent values.
    package static func word(
        _ words: [String], _ value: @escaping @Sendable (String) -> Value?
    ) -> SettingsType {
        SettingsType(
            .word(words), value: value, text: { wanted in words.first { value($0) == wanted } ?? "" })
    }

    /// A path that represents a value.
    package static func path(
        _ value: @escaping @Sendable (FilePath) -> Value, _ path: @escaping @Sendable (Value) -> FilePath?
    ) -> SettingsType {
        SettingsType(
            .path,
            read: { (text) throws(SettingsRefusal) in
                guard !text.hasPrefix("~") else {
                    throw SettingsRefusal("is '\(text)'; '~' is not expanded here; give the whole path")
                }
                guard !text.hasPrefix("$") else {
                    throw SettingsRefusal("is '\(text)'; variables are not expanded here; give the whole path")
                }
                return value(FilePath(text))
            }, text: { path($0)?.string ?? "" })
    }
}

extension SettingsType<FilePath> {
    package static var path: SettingsType { .path({ $0 }, { $0 }) }
}

extension SettingsType<FilePath?> {
    /// An optional path.
    package static var path: SettingsType { .path({ $0 }, { $0 }) }
}

extension SettingsType<IgnorePatterns> {
    package static var patterns: SettingsType<IgnorePatterns> {
        SettingsType(patterns: { IgnorePatterns($0.filter { !$0.isEmpty }) }, list: { $0.patterns })
    }
}
