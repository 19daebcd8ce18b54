import Console
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("Words of a command line that are no text")
struct TypedArgumentsTests {
    private static let raw: [UInt8] = Array("m".utf8) + [0xFF] + Array(".txt".utf8)

    @Test("are spelled as names are shown, and keep their bytes, also as the value of an option")
    func spelling() {
        let arguments = TypedArguments([Array("drop".utf8), Self.raw, Array("--into=".utf8) + Self.raw])
        #expect(arguments.texts == ["drop", "m\\xFF.txt", "--into=m\\xFF.txt"])
        #expect(arguments.bytes(of: "m\\xFF.txt") == Self.raw)
        #expect(arguments.bytes(of: "drop") == Array("drop".utf8))
    }

    @Test("differ from a word that has their spelling")
    func collision() throws {
        let literal = Array("m\\xFF.txt".utf8)
        let arguments = TypedArguments([Self.raw, literal])
        try #require(arguments.texts.count == 2)
        #expect(arguments.texts.map { arguments.bytes(of: $0) } == [Self.raw, literal])
        #expect(arguments.texts.map { arguments.path($0).bytes } == [Self.raw, literal])
    }

    @Test("name the file of which they are the shown name, unless one has the very name")
    func shown() throws {
        let scratch = try ScratchDirectory()
        let folder = scratch.path
        let raw = try #require(FilePath(bytes: folder.bytes + [UInt8(ascii: "/")] + Self.raw))
        let typed = folder.appending("m\\xFF.txt")
        let arguments = TypedArguments([])
        #expect(arguments.path(typed.string) == typed)
        try AtomicFile.replaceVolatile([0x61], at: raw)
        #expect(arguments.path(typed.string) == raw)
        try AtomicFile.replaceVolatile([0x62], at: typed)
        #expect(arguments.path(typed.string) == typed)
    }
}
