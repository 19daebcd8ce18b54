import Foundation
import Platform
package import SystemPackage

/// The service manager's end of `sd_notify(3)`: a datagram socket for one test.
package final class NotificationSocket: Sendable {
    /// The value of `NOTIFY_SOCKET`.
    package let path: FilePath
    private let descriptor: OwnedDescriptor

    /// Makes the socket in the file system; reading from it never waits.
    package init(at path: FilePath) throws {
        self.path = path
        descriptor = try Self.bound(to: path.bytes, path)
    }

    /// Makes the socket under an abstract name, which is in no file system: `NOTIFY_SOCKET` has an @ in front of it.
    package init(abstract name: String) throws {
        path = FilePath("@" + name)
        descriptor = try Self.bound(to: [0] + Array(name.utf8), path)
    }

    private static func bound(to name: [UInt8], _ path: FilePath) throws -> OwnedDescriptor {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        let descriptor = OwnedDescriptor(adopting: number, path: path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard number >= 0, name.count < 108 else { throw CocoaError(.fileWriteUnknown) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        // The length counts: zeros are part of an abstract name.
        let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bound = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(number, $0, size) }
        }
        guard bound == 0 else { throw CocoaError(.fileWriteUnknown) }
        return descriptor
    }

    /// The messages that have come since the last call, as they came.
    package func texts() -> [String] {
        var found: [String] = []
        while let bytes = try? descriptor.read(atMost: 65_536), !bytes.isEmpty {
            found.append(String(decoding: bytes, as: UTF8.self))
        }
        return found
    }

    /// The messages since the last call, each as its variables.
    package func messages() -> [[String: String]] {
        texts().map { text in
            var variables: [String: String] = [:]
            for line in text.split(separator: "\n") {
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                variables[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
            }
            return variables
        }
    }
}
