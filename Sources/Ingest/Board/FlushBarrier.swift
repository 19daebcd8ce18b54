/// Decides when everything that was dropped before a moment has come to its end: observations in, a state out.
///
///     inbox --no older file lies there, and none is being claimed--> work --those in flight have left--> settled
///
/// Files are numbered when they enter the pipeline. The inbox is looked at before the number is read, so a file that has
/// left the inbox unseen has entered by then, or its claim is still under way.
package struct FlushBarrier: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        /// Files of that time may lie in the inbox.
        case inbox
        /// All have left the inbox; those with smaller numbers are waited for.
        case work(upTo: Int)
        case settled
    }

    package private(set) var state = State.inbox

    package init() {}

    /// The inbox has been looked through, and after that the number of the next file was read.
    ///
    /// - Parameters:
    ///   - isClear: whether no file of that time lies there that the daemon can take.
    ///   - next: the number; nil while a claim is under way.
    package mutating func lookedAtInbox(isClear: Bool, next: Int?) {
        guard state == .inbox, isClear, let next else { return }
        state = .work(upTo: next)
    }

    /// The oldest file in flight has this number; nil when none is in flight.
    package mutating func lookedAtWork(oldest: Int?) {
        guard case .work(let end) = state, oldest.map({ $0 >= end }) ?? true else { return }
        state = .settled
    }
}
