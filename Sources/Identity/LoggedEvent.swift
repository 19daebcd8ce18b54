/// An event that an administrator may want to select in the log, or be told of.
///
/// A message that tells of one has its name as the metadata value `LoggedEvent.key`. The journal gets the identifier as
/// MESSAGE_ID, which systemd/vectorspool.catalog and vectorspoold(8) list. Identifiers never change.
package enum LoggedEvent: String, Sendable, CaseIterable, CustomStringConvertible {
    /// The daemon has recovered and watches its inbox.
    case ready
    /// The daemon has ended in order.
    case stopped
    /// The daemon cannot start.
    case startRefused = "start_refused"
    /// The daemon cannot start, because its index is damaged.
    case indexDamaged = "index_damaged"
    /// A file has gone to `failed/`.
    case fileFailed = "file_failed"
    /// Lines of a file could not be indexed.
    case linesFailed = "lines_failed"
    /// A file or folder of the inbox cannot be taken.
    case fileBlocked = "file_blocked"
    /// The operating system refuses something, and the daemon waits.
    case paused
    /// The operating system works again.
    case recovered
    /// A person has paused the daemon.
    case held
    /// A person has let the daemon continue.
    case released
    /// The configuration has been read again.
    case reloaded
    /// A new configuration was refused.
    case reloadRefused = "reload_refused"
    /// The kernel has lost events of the inbox.
    case overflow
    /// A thread of the daemon makes no progress.
    case hanging

    /// The key of the metadata.
    package static let key = "event"

    /// The identifier for the journal: 128 random bits.
    package var messageIdentifier: String {
        switch self {
        case .ready: "4186c9150c8745ddbb91104b5968fa9a"
        case .stopped: "bae1306a084d4fefa7796e18aeeccc8c"
        case .startRefused: "c942753d066d422f8a88f15be0e7d791"
        case .indexDamaged: "ab54a8ae0d044f71a19f7f61cef15794"
        case .fileFailed: "c9b9c512fae948f48015dc076187cd66"
        case .linesFailed: "af145b93354a409294d267b0e34256ad"
        case .fileBlocked: "e5def61237584ce6bb50d06e3599179d"
        case .paused: "c1c022b0593640348e220c3c3d0563f8"
        case .recovered: "f49cd110da814ae097fc1f87b5bc345e"
        case .held: "8352069c09b74c008cd73ddb2289e53f"
        case .released: "b324fab7f48c4edd9610b4b65c3f08ef"
        case .reloaded: "acff5c6c02084e0eadbc26e447a0ec96"
        case .reloadRefused: "703982b6e5f447e68bd2f560efd87b1d"
        case .overflow: "0e71e7108c564b96b7e71174869e1071"
        case .hanging: "2572ace5bc47485589c667cc350aea76"
        }
    }

    package var description: String { rawValue }
}
