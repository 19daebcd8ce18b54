/// One line of JSON, parsed strictly (RFC 8259) into the members of its object.
///
/// Values keep their original bytes, so metadata leaves as it came: numbers keep their digits and members their order.
package struct JSONLine: Sendable {
    /// A member's name and the position of its value.
    package struct Member: Equatable, Sendable {
        package let name: String
        /// The bytes of the value in the line.
        package let value: Range<Int>
    }

    /// The members in the order of the line.
    package let members: [Member]
    private let bytes: [UInt8]

    /// Parses `bytes` and refuses a key that appears twice.
    package init(_ bytes: [UInt8]) throws(JSONFault) {
        self.bytes = bytes
        var scanner = try JSONScanner(bytes)
        var members: [Member] = []
        var names: Set<String> = []
        try scanner.beginObject()
        while let name = try scanner.nextKey() {
            guard names.insert(name).inserted else { throw scanner.fault("the key appears twice") }
            members.append(Member(name: name, value: try scanner.value()))
        }
        try scanner.end()
        self.members = members
    }

    /// The value of a member as text; nil when it is not a string.
    package func string(_ member: Member) -> String? {
        var scanner = JSONScanner(valid: bytes, at: member.value.lowerBound)
        return scanner.kind() == .string ? try? scanner.string() : nil
    }

    /// The value of a member when it is a whole number, with its original digits.
    package func integer(_ member: Member) -> String? {
        let digits = bytes[member.value]
        let unsigned = digits.first == UInt8(ascii: "-") ? digits.dropFirst() : digits
        guard !unsigned.isEmpty, unsigned.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return String(decoding: digits, as: UTF8.self)
    }

    /// The value of a member when it is a number.
    package func number(_ member: Member) -> Double? {
        guard let first = bytes[member.value].first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
            return nil
        }
        return Double(String(decoding: bytes[member.value], as: UTF8.self))
    }

    /// Whether the value of a member is `null`.
    package func isNull(_ member: Member) -> Bool { bytes[member.value].elementsEqual("null".utf8) }

    /// The fault of a member whose value the reader cannot use.
    package func fault(_ member: Member, _ reason: String) -> JSONFault {
        JSONFault(
            .malformed, in: bytes, at: member.value.lowerBound, path: TerminalText.excerpt(member.name), reason: reason)
    }

    /// An object of the members whose names are not in `names`; nil when none remains.
    package func object(without names: Set<String>) -> [UInt8]? {
        var rest: [UInt8] = []
        for member in members where !names.contains(member.name) {
            rest.append(UInt8(ascii: rest.isEmpty ? "{" : ","))
            rest += JSONText.quoted(member.name).utf8
            rest.append(UInt8(ascii: ":"))
            rest += bytes[member.value]
        }
        return rest.isEmpty ? nil : rest + [UInt8(ascii: "}")]
    }
}
