import Foundation
import Platform
package import SystemPackage

/// The service manager's end of `sd_notify(3)`: a datagram socket for one test.
package final class NotificationSocket: Sendable {
    /// The value of `NOTIFY_SOCKET`.
    package let path: FilePath
    private let descriptor: OwnedDescriptor

    /// Makes the socket; reading from it never waits.
    package init(at path: FilePath) throws {
        self.path = path
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        descriptor = OwnedDescriptor(adopting: number, path: path)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = path.bytes
        guard number >= 0, name.count < 108 else { throw CocoaError(.fileWriteUnknown) }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(number, $0, size) }
        }
        guard bound == 0 else { throw CocoaError(.fileWriteUnknown) }
    }

    /// The messages since the last call, each as its variables.
    package func messages() -> [[String: String]] {
        var found: [[String: String]] = []
        while let bytes = try? descriptor.read(atMost: 65_536), !bytes.isEmpty {
            var variables: [String: String] = [:]
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                variables[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
            }
            found.append(variables)
        }
        return found
    }
}
