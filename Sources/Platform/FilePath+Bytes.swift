import Glibc
package import SystemPackage

extension FilePath {
    /// The path's bytes as the kernel sees them; they need not be UTF-8.
    package var bytes: [UInt8] {
        unsafe withPlatformString { text in
            unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
    }

    /// The path of these bytes; nil when a zero byte is among them, which the kernel cannot take.
    package init?(bytes: [UInt8]) {
        guard !bytes.contains(0) else { return nil }
        self = unsafe (bytes + [0]).withUnsafeBytes { buffer in
            unsafe buffer.withMemoryRebound(to: CChar.self) { text in
                unsafe text.baseAddress.map { unsafe FilePath(platformString: $0) } ?? FilePath()
            }
        }
    }

    /// The path for people and for JSON: what is not UTF-8, and control characters, as `%` and two digits.
    package var displayName: String { Self.display(bytes) }

    static func display(_ bytes: [UInt8]) -> String {
        var shown = ""
        if let text = String(validating: bytes, as: UTF8.self) {
            for scalar in text.unicodeScalars {
                if scalar.value < 0x20 || scalar.value == 0x7F || scalar == "%" {
                    shown += escaped(UInt8(scalar.value))
                } else {
                    shown.unicodeScalars.append(scalar)
                }
            }
            return shown
        }
        for byte in bytes {
            if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "%") {
                shown += escaped(byte)
            } else {
                shown.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return shown
    }

    private static func escaped(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
    }
}

extension FilePath.Component {
    /// The name's bytes as the kernel sees them; they need not be UTF-8.
    package var bytes: [UInt8] {
        unsafe withPlatformString { text in
            unsafe Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
        }
    }

    /// The name of these bytes; nil when they are empty or hold a slash or a zero byte.
    package init?(bytes: [UInt8]) {
        guard !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")) else { return nil }
        guard let component = FilePath(bytes: bytes)?.lastComponent, component.bytes == bytes else { return nil }
        self = component
    }
}
