package import Platform

/// A moment on the two clocks that the state machine needs; given to it, so that tests need not wait.
package struct InboxTime: Sendable, Equatable {
    /// Since some fixed moment; never jumps. Waiting is measured with it.
    package let monotonic: Duration
    /// The wall clock, to be compared with the file system's time stamps.
    package let wall: RealTime

    package init(monotonic: Duration, wall: RealTime) {
        self.monotonic = monotonic
        self.wall = wall
    }
}
