import Glibc
package import SystemPackage
import Text

extension FilePath {
    /// The path's bytes as the kernel sees them; they need not be UTF-8.
    package var bytes: [UInt8] {
        unsafe withPlatformString { text in
            unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
    }

    /// Makes a path of bytes; nil when they contain a zero byte, which the kernel cannot take.
    package init?(bytes: [UInt8]) {
        guard !bytes.contains(0) else { return nil }
        self = unsafe (bytes + [0]).withUnsafeBytes { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                unsafe text.baseAddress.map { unsafe FilePath(platformString: $0) } ?? FilePath()
            }
        }
    }

    /// The path for people and for JSON, nearly always unchanged, see `TerminalText.name`.
    package var displayName: String { TerminalText.name(bytes) }
}

extension FilePath.Component {
    /// The name's bytes as the kernel sees them; they need not be UTF-8.
    package var bytes: [UInt8] {
        unsafe withPlatformString { text in
            unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
    }

    /// Makes a name of bytes; nil when they are empty or contain a slash or a zero byte.
    package init?(bytes: [UInt8]) {
        guard !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else { return nil }
        guard let component = FilePath(bytes: bytes)?.lastComponent, component.bytes == bytes else { return nil }
        self = component
    }
}
