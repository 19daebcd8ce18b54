import Foundation
import Platform
package import SystemPackage

/// A terminal of a test's own, with nobody before it.
package final class PseudoTerminal: Sendable {
    /// The end that a program would have as its standard streams.
    package let program: FileDescriptor
    private let person: FileDescriptor

    /// Opens a terminal that is so wide.
    package init(columns: UInt16) throws {
        var ends: (CInt, CInt) = (-1, -1)
        var size = winsize(ws_row: 25, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard unsafe openpty(&ends.0, &ends.1, nil, nil, &size) == 0 else { throw Errno(rawValue: errno) }
        person = FileDescriptor(rawValue: ends.0)
        program = FileDescriptor(rawValue: ends.1)
    }

    deinit {
        try? person.close()
        try? program.close()
    }

    /// What the program has written since the last call, up to a mark that is written now.
    package func written() throws -> String {
        let mark: [UInt8] = [0xFF]
        try program.writeAll(mark)
        var bytes: [UInt8] = []
        while bytes.last != mark[0] {
            var byte: [UInt8] = [0]
            let count = try unsafe byte.withUnsafeMutableBytes { unsafe try person.read(into: $0) }
            bytes += byte.prefix(count)
        }
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
}
