package import Inbox

/// What holds for all documents of an order to forget, with what was met of folders so far.
package struct ForgettingRound {
    /// The day of today.
    let day: String
    /// The names of the inbox that are never taken, which are left alone.
    let ignore: IgnorePatterns
    var listings = FolderListings()
    var changes = FolderChanges()

    package init(day: String, ignore: IgnorePatterns) {
        self.day = day
        self.ignore = ignore
    }
}
