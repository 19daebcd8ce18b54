import DequeModule
import SystemPackage

/// What of the inbox is still to be looked through, in a bounded list.
///
/// The walk through everything may last for hours, because it rests while the table is full. Folders that the kernel named
/// meanwhile come before it. When the list overflows, everything is looked through once more, which covers them all.
struct ScanAgenda: Sendable {
    /// How much of a folder is to be looked at.
    enum Reach: Sendable, Equatable {
        /// The names in it: an event was lost to a full table.
        case names
        /// What is below it too: it is new.
        case tree
    }

    /// What to do next.
    enum Step: Sendable, Equatable {
        case begin(InboxStateMachine.Walk, FilePath)
        case proceed(InboxStateMachine.Walk)
    }

    private let capacity: Int
    private var folders: Deque<FilePath> = []
    private var reaches: [FilePath: Reach] = [:]
    private var isEverythingWanted = false
    private var isEverythingWalked = false
    private var folderReach: Reach?

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Nothing is left to be looked at.
    var isEmpty: Bool { !isEverythingWanted && !isEverythingWalked && folderReach == nil && folders.isEmpty }

    /// Puts a folder on the list.
    mutating func add(_ folder: FilePath, _ reach: Reach) {
        if let known = reaches[folder] {
            if known == .names { reaches[folder] = reach }
            return
        }
        // The walk that is to come begins later than this, so it finds the folder as it is now.
        if isEverythingWanted, !isEverythingWalked { return }
        guard folders.count < capacity else {
            addEverything()
            return
        }
        folders.append(folder)
        reaches[folder] = reach
    }

    /// Wants everything looked through from the start, after the walk that is under way: that one may have passed already.
    mutating func addEverything() {
        isEverythingWanted = true
        folders = []
        reaches = [:]
    }

    /// What is to be done now; nil when nothing is left.
    mutating func next() -> Step? {
        if folderReach != nil { return .proceed(.folder) }
        if let folder = folders.popFirst() {
            folderReach = reaches.removeValue(forKey: folder) ?? .tree
            return .begin(.folder, folder)
        }
        if isEverythingWalked { return .proceed(.everything) }
        guard isEverythingWanted else { return nil }
        isEverythingWanted = false
        isEverythingWalked = true
        return .begin(.everything, FilePath())
    }

    /// Whether a folder that the walk meets is to be walked through too.
    func descends(_ walk: InboxStateMachine.Walk) -> Bool { walk == .everything || folderReach == .tree }

    mutating func end(_ walk: InboxStateMachine.Walk) {
        switch walk {
        case .folder: folderReach = nil
        case .everything: isEverythingWalked = false
        }
    }
}
