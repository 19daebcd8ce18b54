import CPlatform

/// A socket of another program that takes datagrams, such as the service manager's or the journal's.
///
/// Each message opens and closes a descriptor: they are few, and no program's restart must be noticed.
package struct DatagramSocket: Sendable {
    /// A path; one that begins with @ is an abstract name.
    package let path: String

    package init(at path: String) {
        self.path = path
    }

    /// Sends a datagram, waiting for at most 200 ms; returns whether it was taken.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        unsafe path.withCString { path in
            unsafe bytes.withUnsafeBytes { bytes in
                unsafe vectorspool_notify(path, bytes.baseAddress, bytes.count) == 0
            }
        }
    }
}
