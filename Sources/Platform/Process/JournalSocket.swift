/// The native socket of systemd's journal, which takes entries with fields.
///
/// A line on standard error has only a text and a priority. Fields let administrators select entries by event and by file.
package struct JournalSocket: Sendable {
    private let socket: DatagramSocket

    /// Where the journal listens on every machine with systemd.
    package static let standard = JournalSocket(at: "/run/systemd/journal/socket")

    package init(at path: String) {
        socket = DatagramSocket(at: path)
    }

    /// Sends one entry; returns whether the journal has taken it.
    package func send(_ fields: [(name: String, value: String)]) -> Bool {
        socket.send(fields.flatMap { Self.encoded($0.name, $0.value) })
    }

    /// The bytes of a field: systemd's "native journal protocol".
    ///
    /// A value of several lines follows its length, so that a line of it cannot pass for another field.
    private static func encoded(_ name: String, _ value: String) -> [UInt8] {
        let bytes = Array(value.utf8)
        let feed = UInt8(ascii: "\n")
        guard bytes.contains(feed) else { return Array("\(name)=".utf8) + bytes + [feed] }
        let length = (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) }
        return Array(name.utf8) + [feed] + length + bytes + [feed]
    }
}
