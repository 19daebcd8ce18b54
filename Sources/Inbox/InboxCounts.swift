/// How many names of the inbox are in which state.
package struct InboxCounts: Sendable, Equatable {
    /// Waiting until nobody has touched them for the settle time.
    package var settling = 0
    /// Open for writing by somebody.
    package var busy = 0
    /// Ready, and not yet claimed.
    package var offered = 0
    /// Files and folders that cannot be taken; they are counted beside what is being done about them.
    package var blocked = 0
    /// Names that the ignore patterns match.
    package var ignored = 0
    /// There is more in the inbox than has been looked at.
    package var leftBehind = false

    /// Nothing is left that could become ready by itself soon; what a writer holds open or cannot be taken does not count.
    package var isIdle: Bool { settling == 0 && offered == 0 && !leftBehind }
}
