import Foundation
import TestSupport
import Testing
import Text

@Suite("JSON for output")
struct JSONTextTests {
    private static func parsed(_ json: String) throws -> [String: String] {
        try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
    }

    @Test("a quoted text is safe, on one line, and survives a parser", arguments: HostileText.samples)
    func quoted(text: String) throws {
        let json = "{\(JSONText.quoted(text)):\(JSONText.quoted(text))}"
        #expect(HostileText.faults(in: json.utf8, allowed: []) == [])
        #expect(try Self.parsed(json) == [text: text])
    }

    @Test(
        "escapes are JSON's",
        arguments: [
            ("\"\\/", #""\"\\/""#), ("\n\r\t\u{0}\u{8}", #""\n\r\t\u0000\u0008""#),
            ("\u{85}\u{202E}", #""\u0085\u202e""#),
            ("\u{E0041}é", #""\udb40\udc41é""#),
        ])
    func spelling(text: String, expected: String) {
        #expect(JSONText.quoted(text) == expected)
    }

    @Test(
        "an object is rewritten",
        arguments: [
            (" { \"a\" : 1.50e+1 ,\n\"b\":[ true , null,{} ] } ", #"{"a":1.50e+1,"b":[true,null,{}]}"#),
            ("{\"\\u0061\":\"\\/\\u00e9\"}", #"{"a":"/é"}"#),
            ("{\"a\":\"\u{9B}\u{202E}\u{7F}\"}", #"{"a":"\u009b\u202e\u007f"}"#),
            ("{\"z\":1,\"a\":{\"z\":1,\"b\":2}}", #"{"z":1,"a":{"z":1,"b":2}}"#),
        ])
    func rewritten(object: String, expected: String) {
        #expect(JSONText.rewritten(object) == expected)
    }

    @Test(
        "anything but an object is refused",
        arguments: [
            "", "[1]", "1", "{\"a\":\"\u{1B}[2J\"}", "{\"a\":1}\u{1B}[2J", "{\"a\":1,\"a\":2}", "{'a':1}", "{\"a\":01}",
            "{",
        ])
    func noObject(text: String) {
        #expect(JSONText.rewritten(text) == nil)
    }

    @Test("a hostile object is safe when rewritten", arguments: HostileText.samples)
    func rewrittenHostile(text: String) throws {
        let escaped = JSONText.quoted(text).replacing("\\u009b", with: "\u{9B}").replacing("\\u202e", with: "\u{202E}")
        let json = try #require(JSONText.rewritten("{\(escaped): \(escaped)}"))
        #expect(HostileText.faults(in: json.utf8, allowed: []) == [])
        #expect(try Self.parsed(json) == [text: text])
    }

    @Test("text that an encoder leaves raw is escaped, with its layout kept", arguments: HostileText.samples)
    func encoder(text: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let json = JSONText.escaped(try encoder.encode([text: text, "a": "b"]))
        #expect(HostileText.faults(in: json) == [])
        #expect(json.contains(UInt8(ascii: "\n")))
        #expect(try Self.parsed(String(decoding: json, as: UTF8.self)) == [text: text, "a": "b"])
    }

    @Test("an object is made in the order of its members")
    func object() {
        var object = JSONObject()
        object.add("z\u{1B}", "\u{202E}")
        object.add("a", [1, 2])
        object.add("b", ["\u{9B}"])
        object.add("c", 0.5)
        object.add("d", nil as String?)
        #expect(object.text == #"{"z\u001b":"\u202e","a":[1,2],"b":["\u009b"],"c":0.5,"d":null}"#)
    }

    @Test("an object for people has one line per member")
    func lines() {
        var object = JSONObject(.lines)
        #expect(object.text == "{}")
        object.add("a", "\"")
        object.add("b", 0.1)
        #expect(object.text == "{\n  \"a\": \"\\\"\",\n  \"b\": 0.1\n}")
    }
}
