package import Platform
package import SystemPackage

/// What goes into the machine and what comes out of it.
extension InboxStateMachine {
    package enum Event: Sendable, Equatable {
        /// Begin, or scan everything again.
        case rescan
        /// There is time to visit one more name.
        case step
        /// The folder that an `open` action named can be read.
        case listed(FilePath)
        /// A scan reached a name of this kind.
        case met(Walk, FilePath, FileStatus.Kind)
        /// A scan is complete.
        case ended(Walk)
        /// A folder cannot be listed, or a name in it cannot be inspected; the text gives reason and remedy.
        ///
        /// `passing` is a refusal of the system that affects every request for now.
        case unreadable(FilePath, String, passing: PlatformError? = nil)
        /// The kernel names something in the inbox; `path` is relative.
        case hint(FilePath, Hint)
        /// The status that an `inspect` action asked for; nil when the name does not exist.
        case observed(FilePath, FileStatus?)
        /// The kernel no longer watches this directory.
        case watchLost(FilePath)
        /// The kernel does not watch this directory; the next scan tries again.
        case unwatched(FilePath)
        /// The file has been claimed, or has vanished.
        case taken(FilePath)
        /// A writer has the file open.
        case busy(FilePath)
        /// The file has no contents but zero bytes or a byte order mark, as one that is not written yet.
        case unfilled(FilePath)
        /// The file changed since it was offered.
        case changed(FilePath)
        /// The file was taken as it is, and stays where it is because it cannot be moved.
        case recognized(FilePath)
        /// A copy of the file was taken, or had been; the text says why it stays, and what moves it.
        case copied(FilePath, String)
        /// The file cannot be taken; the text gives reason and remedy.
        case blocked(FilePath, String)
        /// The time of `deadline` has come.
        case timer
    }

    /// Why the kernel named something.
    package enum Hint: Sendable, Equatable {
        /// It was created, linked, closed after writing, or its permissions changed.
        case touched
        /// It was moved in.
        case movedIn
        /// It is a directory, however it arrived.
        case directory
    }

    /// A scan; there is at most one of each sort at a time, and each can pause.
    package enum Walk: Sendable, Equatable {
        /// One folder that needs it.
        case folder
        /// The whole inbox.
        case everything
    }

    package enum Action: Sendable, Equatable {
        /// Watch a directory, if the kernel can; this precedes its scan, so nothing is missed in between.
        case watch(FilePath)
        /// Begin to list the directory, before the rest of the walk; answer `listed` or `unreadable`.
        case open(Walk, FilePath)
        /// Advance to the next name of the walk; answer `met`, `unreadable` or `ended`.
        case advance(Walk)
        /// Read the status of the name and answer `observed` or `unreadable`.
        case inspect(FilePath)
        /// Hand the file to the ingest.
        case offer(ReadyFile)
        /// Report to people.
        case complain(Complaint)
    }

    /// What people should know.
    package enum Complaint: Sendable, Equatable {
        /// The file or folder is not taken, for this reason: it is blocked, left or left in place.
        case one(InboxName.State, FilePath, String)
        /// This many others are not taken either.
        case more(InboxName.State, Int)
    }
}
