/// What happens at the failpoints: nothing, unless a test says otherwise.
package struct Failpoints: Sendable {
    private let body: (@Sendable (Failpoint) throws -> Void)?

    /// Nothing ever fails.
    package static let none = Failpoints(body: nil)

    private init(body: (@Sendable (Failpoint) throws -> Void)?) {
        self.body = body
    }

    /// Calls `body` at every failpoint; what it throws is what the operation throws.
    package init(_ body: @escaping @Sendable (Failpoint) throws -> Void) {
        self.body = body
    }

    /// Does what the failpoint is for, or nothing.
    package func reach(_ point: Failpoint) throws {
        try body?(point)
    }
}

/// The places where tests let the disk fill up or the process die: the boundaries of the stages.
package enum Failpoint: String, Sendable, CaseIterable {
    case beforeClaim, afterClaim, beforeFailing, afterFailing, beforeSynchronize, beforeShard, beforeManifest
    case afterCommit, beforeRetire, afterRetire
}
