import CPlatform
import Glibc
import SystemPackage

/// Wakes a thread out of `poll(2)` through an `eventfd(2)`.
package final class EventSignal: Sendable {
    let descriptor: OwnedDescriptor

    private static let place: FilePath = "eventfd"

    package init() throws(PlatformError) {
        let number = SystemCall.open.perform(on: Self.place) { vectorspool_event_descriptor() }
        guard number >= 0 else { throw .system("make an eventfd") }
        descriptor = OwnedDescriptor(adopting: number, path: Self.place)
    }

    /// Rings; several rings before the next wait count as one.
    package func ring() {
        var one: UInt64 = 1
        // It fails only when the count is full, and then the waiting thread wakes anyway.
        _ = SystemCall.write.perform(on: Self.place) { unsafe write(descriptor.number, &one, 8) }
    }

    func reset() {
        var count: UInt64 = 0
        _ = SystemCall.read.perform(on: Self.place) { unsafe read(descriptor.number, &count, 8) }
    }

    /// Waits for a ring or the end of `timeout`.
    package func wait(timeout: Duration) {
        var waiting = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        _ = SystemCall.wait.perform(on: Self.place) { unsafe poll(&waiting, 1, timeout.pollMilliseconds) }
        reset()
    }
}

extension Duration {
    /// Rounded up, so that a wait is never cut short into a busy loop.
    package var pollMilliseconds: CInt {
        let (seconds, attoseconds) = components
        let milliseconds = Double(seconds) * 1000 + Double(attoseconds) / 1e15
        return CInt(min(max(milliseconds.rounded(.up), 0), 3_600_000))
    }
}
