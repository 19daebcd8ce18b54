import FoundationEssentials
package import Platform
package import SystemPackage
import Text

/// Says which file the lines of another file belong to, in the first line of that file.
///
///     {"vectorspool":{"continues":"<path below the inbox>","claim":"<claim>"}}
///
/// The daemon writes it above the rejected lines of a file. Mended and given back they are added to the documents of that
/// file, whatever the name that they come back under. A path that is not UTF-8 stands in `continuesBase64`.
package struct Continuation: Sendable, Equatable {
    /// The path below the inbox of the file that the lines come from.
    package let path: FilePath
    /// The claim of the version that the lines come from.
    package let claim: String

    package init(path: FilePath, claim: String) {
        self.path = path
        self.claim = claim
    }

    /// What the first line of the file that `open` opens says; nil when it says nothing of the kind, or cannot be read.
    package static func read(_ open: () throws(PlatformError) -> OwnedDescriptor) -> Continuation? {
        (try? read(open())) ?? nil
    }

    /// What the first line of a file says; nil when it says nothing of the kind.
    ///
    /// - Throws: `PlatformError` when the file cannot be read.
    package static func read(_ file: borrowing OwnedDescriptor) throws(PlatformError) -> Continuation? {
        // No path is as long as this.
        let bytes = try file.read(atMost: 1 << 16, at: 0)
        return bytes.firstIndex(of: UInt8(ascii: "\n")).flatMap { Continuation(line: Array(bytes[..<$0])) }
    }

    /// The line, without its line feed.
    package var line: [UInt8] {
        let bytes = path.bytes
        let place =
            if let text = String(validating: bytes, as: UTF8.self) {
                "\"continues\":\(JSONText.quoted(text))"
            } else {
                "\"continuesBase64\":\"\(Data(bytes).base64EncodedString())\""
            }
        return Array("{\"vectorspool\":{\(place),\"claim\":\(JSONText.quoted(claim))}}".utf8)
    }

    /// Parses a line; nil for any other, and for a path that leads out of the inbox.
    package init?(line: [UInt8]) {
        guard let object = try? JSONLine(line), object.members.count == 1, let member = object.members.first,
            member.name == "vectorspool", let inner = try? JSONLine(Array(line[member.value]))
        else { return nil }
        var bytes: [UInt8]?
        var claim: String?
        for member in inner.members {
            switch member.name {
            case "continues": bytes = inner.string(member).map { Array($0.utf8) }
            case "continuesBase64":
                bytes = inner.string(member).flatMap { Data(base64Encoded: $0) }.map { Array($0) }
            case "claim": claim = inner.string(member)
            default: break
            }
        }
        guard let bytes, let claim, let path = FilePath(bytes: bytes), path.isRelative, path.bytes == bytes,
            !path.components.isEmpty, path.components.allSatisfy({ $0.kind == .regular })
        else { return nil }
        self.init(path: path, claim: claim)
    }
}
