import Synchronization

/// A bounded hand-over from one task to another: the sender waits while it is full, the receiver while it is empty.
///
/// One sender and one receiver. AsyncChannel has no room at all, so that every element would cost both sides a switch.
final class Conduit<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isFinished = false
        var sender: CheckedContinuation<Void, Never>?
        var receiver: CheckedContinuation<Void, Never>?
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Hands over one element, waiting for room.
    ///
    /// - Returns: false when the receiver has gone; the element is dropped then.
    func send(_ element: Element) async -> Bool {
        while true {
            let (isSent, receiver) = state.withLock { state -> (Bool?, CheckedContinuation<Void, Never>?) in
                if state.isFinished { return (false, nil) }
                guard state.elements.count < capacity else { return (nil, nil) }
                state.elements.append(element)
                return (true, state.receiver.take())
            }
            receiver?.resume()
            if let isSent { return isSent }
            await withCheckedContinuation { continuation in
                let hasRoom = state.withLock { state in
                    let hasRoom = state.isFinished || state.elements.count < capacity
                    if !hasRoom { state.sender = continuation }
                    return hasRoom
                }
                if hasRoom { continuation.resume() }
            }
        }
    }

    /// The next element, waiting for it; nil when the sender has finished and all is received.
    func receive() async -> Element? {
        while true {
            let (element, sender, isOver) = state.withLock { state in
                guard !state.elements.isEmpty else {
                    return (Element?.none, CheckedContinuation<Void, Never>?.none, state.isFinished)
                }
                return (state.elements.removeFirst(), state.sender.take(), false)
            }
            sender?.resume()
            if element != nil || isOver { return element }
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    let isReady = state.isFinished || !state.elements.isEmpty
                    if !isReady { state.receiver = continuation }
                    return isReady
                }
                if isReady { continuation.resume() }
            }
        }
    }

    /// Nothing more will be sent; what was sent can still be received.
    func finish() { close(dropping: false) }

    /// Nobody will receive any more.
    func abandon() { close(dropping: true) }

    private func close(dropping: Bool) {
        let (sender, receiver) = state.withLock { state in
            state.isFinished = true
            if dropping { state.elements = [] }
            return (state.sender.take(), state.receiver.take())
        }
        sender?.resume()
        receiver?.resume()
    }
}
