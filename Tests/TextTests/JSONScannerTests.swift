import TestSupport
import Testing
import Text

@Suite("JSON read value by value")
struct JSONScannerTests {
    /// Reads text like `{"a":{"b":[..]}}`: numbers in arrays in objects, to any depth.
    private static func read(_ scanner: inout JSONScanner) throws(JSONFault) -> Int {
        var sum = 0
        switch scanner.kind() {
        case .object:
            try scanner.beginObject()
            while try scanner.nextKey() != nil { sum += try read(&scanner) }
        case .array:
            try scanner.beginArray()
            while try scanner.hasNextElement() { sum += try read(&scanner) }
        default: sum = try scanner.integer()
        }
        return sum
    }

    private static func sum(_ text: String) throws(JSONFault) -> Int {
        var scanner = try JSONScanner(Array(text.utf8))
        let sum = try read(&scanner)
        try scanner.end()
        return sum
    }

    @Test(
        "values come in the order of the text",
        arguments: [
            ("7", 7), (" -7 ", -7), ("{}", 0), ("[ ]", 0), ("[1,2 , 3]", 6), ("{\"a\":[1,{\"b\":2}],\"c\":3}", 6),
            ("[[[[]]],{},9223372036854775807]", Int.max), ("[-0,0]", 0), ("{\"a\":1,\"a\":2}", 3),
        ])
    func values(text: String, expected: Int) throws {
        #expect(try Self.sum(text) == expected)
    }

    @Test(
        "a fault contains line, column and path",
        arguments: [
            ("", "line 1, column 1: a whole number was expected"),
            ("{\"a\":\n {\"b\": [1, \"x\"]}}", "line 2, column 12: a.b[1]: a whole number was expected"),
            ("{\"ä\":{\"b\":1.5}}", "line 1, column 11: ä.b: a whole number was expected"),
            ("{\"日本\" 1}", "line 1, column 7: ':' was expected after the key"),
            ("{\"a\":[1 2]}", "line 1, column 9: a: ',' or ']' was expected"),
            ("{\"a\":1 \"b\":2}", "line 1, column 8: ',' or '}' was expected"),
            ("{\"a\":1,}", "line 1, column 8: a string was expected"),
            ("[1,]", "line 1, column 4: [1]: a whole number was expected"),
            ("[[1],[2,[3,x]]]", "line 1, column 12: [1][1][1]: a whole number was expected"),
            ("{\"a\":1} x", "line 1, column 9: there is more after the value"),
            ("[01]", "line 1, column 2: [0]: a number begins with a zero"),
            ("[-]", "line 1, column 3: [0]: a digit was expected"),
            ("[9223372036854775808]", "line 1, column 2: [0]: the number is too large"),
            ("{\"a\":{\"b", "line 1, column 7: a: the string is not closed"),
            ("{\"\\ud83d\\ude80\":x}", "line 1, column 17: 🚀: a whole number was expected"),
            ("{\"\\u001b[2J\":x}", "line 1, column 14: \\u{1b}[2J: a whole number was expected"),
        ])
    func places(text: String, expected: String) {
        let fault = #expect(throws: JSONFault.self) { try Self.sum(text) }
        #expect(fault?.description == expected)
        #expect(fault?.kind == .malformed)
    }

    @Test("a reader's fault concerns the last value")
    func readersFault() throws {
        var scanner = try JSONScanner(Array("{\"model\":\n {\"type\": \"BPE\"}}".utf8))
        try scanner.beginObject()
        _ = try scanner.nextKey()
        try scanner.beginObject()
        _ = try scanner.nextKey()
        _ = try scanner.string()
        let fault = scanner.fault("it is not implemented", .unsupported)
        #expect(fault.description == "line 2, column 11: model.type: it is not implemented")
        #expect(fault.explanation == "model.type: it is not implemented")
        #expect(fault.kind == .unsupported)
        #expect(fault.offset == 20)
    }

    @Test("truth values and null")
    func truth() throws {
        var scanner = try JSONScanner(Array(" true,false null".utf8))
        #expect(try scanner.boolean() == true)
        #expect(throws: JSONFault.self) { try scanner.boolean() }
        scanner = try JSONScanner(Array("null".utf8))
        #expect(scanner.kind() == .null)
        #expect(try scanner.boolean() == nil)
        try scanner.end()
    }

    @Test(
        "strings and their escapes",
        arguments: [
            (#""""#, ""), (#""a\"\\\/b""#, #"a"\/b"#), (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"),
            (#""\u00e9\uD83D\ude80é""#, "é🚀é"), (#""\u0000""#, "\u{0}"),
        ])
    func strings(text: String, expected: String) throws {
        var scanner = try JSONScanner(Array(text.utf8))
        #expect(try scanner.string() == expected)
        try scanner.end()
    }

    @Test(
        "invalid strings",
        arguments: [
            (#""\x""#, "no such escape"), (#""\ud83d""#, "surrogate"), (#""\ud83dx\ude80""#, "surrogate"),
            (#""\ud83d\u0041""#, "surrogate"), (#""\ude80""#, "surrogate"), (#""\u12g4""#, "hexadecimal"),
            (#""\u12"#, "hexadecimal"), (#""a\"#, "no such escape"), ("\"\t\"", "control"), ("\"\\n\t\"", "control"),
            ("\"abc", "not closed"), ("\"a\\nbc", "not closed"),
        ])
    func noStrings(text: String, reason: String) throws {
        var scanner = try JSONScanner(Array(text.utf8))
        let fault = #expect(throws: JSONFault.self) { try scanner.string() }
        #expect(fault?.reason.contains(reason) == true, "\(text): \(fault?.description ?? "nothing")")
    }

    @Test("bytes that are not UTF-8 are refused at their place")
    func notUTF8() {
        let fault = #expect(throws: JSONFault.self) { try JSONScanner(Array("{\n\"ä\":\"".utf8) + [0xFF, 0x22, 0x7D]) }
        #expect(fault?.description == "line 2, column 6: the text is not UTF-8")
    }

    @Test("values of all kinds keep their written form")
    func kept() throws {
        let text = #"{ "a" : [ 1.50e+1 , {"b":{}}, "]" ] , "c":-0.0E-7,"d":null }"#
        var scanner = try JSONScanner(Array(text.utf8))
        var values: [String] = []
        try scanner.beginObject()
        while try scanner.nextKey() != nil {
            let value = try scanner.value()
            values.append(String(decoding: Array(text.utf8)[value], as: UTF8.self))
        }
        try scanner.end()
        #expect(values == [#"[ 1.50e+1 , {"b":{}}, "]" ]"#, "-0.0E-7", "null"])
    }

    @Test(
        "skipping refuses invalid values",
        arguments: [
            "tru", "nul", "+1", "01", "1.", ".5", "1e", "[1 2]", "[1,]", "{\"a\"}", "{\"a\":1,}", "{1:2}", "[}", "{]",
            "NaN", "'a'", "[", "\"", "\u{A0}1",
        ])
    func skipped(text: String) throws {
        var scanner = try JSONScanner(Array(text.utf8))
        #expect(throws: JSONFault.self) {
            try scanner.skip()
            try scanner.end()
        }
    }

    @Test("a text truncated or changed anywhere is read or refused, and never crashes")
    func damaged() {
        let text = Array(#"{"a":[1,{"b":-2}],"\ud83d\ude80":{"c":[[],{}]}}"#.utf8)
        for position in text.indices {
            for byte: UInt8 in [0x00, 0x20, 0x22, 0x2C, 0x30, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0xFF] {
                var changed = text
                changed[position] = byte
                for bytes in [changed, Array(changed[...position])] {
                    do throws(JSONFault) {
                        var scanner = try JSONScanner(bytes)
                        _ = try Self.read(&scanner)
                        try scanner.end()
                    } catch {
                        #expect(error.offset <= bytes.count)
                        #expect(error.line == 1)
                    }
                }
            }
        }
    }
}
