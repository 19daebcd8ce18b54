import Testing
import Text

@Suite("UTF-8 as bytes")
struct UTF8TextTests {
    @Test(
        "the first byte that is not UTF-8",
        arguments: [
            ([], nil), (Array("ä文🚀".utf8), nil), ([0x61, 0xFF], 1), ([0x61, 0xC3], 1), ([0xED, 0xA0, 0x80], 0),
            ([0x61, 0x62, 0xC0, 0x80], 2),
        ] as [([UInt8], Int?)])
    func invalid(bytes: [UInt8], offset: Int?) {
        #expect(UTF8Text.firstInvalid(bytes) == offset)
    }
}
