/// How many names of the inbox are in which state.
package struct InboxCounts: Sendable, Equatable {
    /// Waiting until nobody has touched them for the settle time.
    package var settling = 0
    /// Open for writing by somebody.
    package var busy = 0
    /// Ready, and not yet claimed.
    package var offered = 0
    /// Cannot be read.
    package var blocked = 0
    /// Names that the ignore patterns match.
    package var ignored = 0
    /// There are more files than are followed at a time.
    package var leftBehind = false

    /// Nothing is left that could become ready by itself soon; a file that a writer holds open does not count.
    package var isIdle: Bool { settling == 0 && offered == 0 && !leftBehind }
}
