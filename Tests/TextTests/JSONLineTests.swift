import TestSupport
import Testing
import Text

@Suite("A line of JSON")
struct JSONLineTests {
    private static func reason(_ text: String) -> String? {
        do throws(JSONFault) {
            _ = try JSONLine(Array(text.utf8))
            return nil
        } catch {
            return error.description
        }
    }

    @Test("values are read by kind")
    func values() throws {
        let line = try JSONLine(
            Array(#" {"s": "a\u00e9\ud83d\ude80\n", "n": -12, "f": 1.5, "z": null, "o": {"k": [1, "]"]}} "#.utf8))
        #expect(line.members.map(\.name) == ["s", "n", "f", "z", "o"])
        #expect(line.string(line.members[0]) == "aé🚀\n")
        #expect(line.string(line.members[1]) == nil)
        #expect(line.integer(line.members[1]) == "-12")
        #expect(line.integer(line.members[2]) == nil)
        #expect(line.isNull(line.members[3]))
        #expect(
            line.object(without: ["s", "n", "f", "z"]).map { String(decoding: $0, as: UTF8.self) }
                == #"{"o":{"k": [1, "]"]}}"#)
        #expect(line.object(without: ["s", "n", "f", "z", "o"]) == nil)
    }

    @Test(
        "text outside RFC 8259 is refused",
        arguments: [
            "", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1} x", "{\"a\":+1}", "{\"a\":01}",
            "{\"a\":1.}",
            "{\"a\":.5}", "{\"a\":1e}", "{\"a\":nul}", "{\"a\":\"\\x\"}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}",
            "{\"a\":\"\\u12g4\"}",
            "{\"a\":\"\n\"}", "{\"a\":\"b}", "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":{\"b\":1]}", "{\"a\":NaN}",
            "{\"a\":1,\"a\":2}",
        ])
    func refused(text: String) {
        #expect(Self.reason(text) != nil)
    }

    @Test("three hundred thousand brackets do not exhaust the stack")
    func deep() {
        let deep = String(repeating: "[", count: 300_000)
        #expect(Self.reason("{\"a\":" + deep) != nil)
        #expect(Self.reason("{\"a\":" + deep + String(repeating: "]", count: 300_000) + "}") == nil)
    }

    @Test("a message quotes a key safely and shortened", arguments: HostileText.samples)
    func quotedKeys(text: String) throws {
        let key = JSONText.quoted(text + String(repeating: "x", count: 100_000))
        let reason = try #require(Self.reason("{\(key):1,\(key):2}"))
        #expect(reason.contains("appears twice"))
        #expect(HostileText.faults(in: reason.utf8, allowed: []) == [])
        #expect(reason.utf8.count < 200)
    }
}
