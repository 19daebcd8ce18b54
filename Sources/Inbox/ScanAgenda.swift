import DequeModule
import SystemPackage

/// The parts of the inbox that remain to be scanned, in a bounded list.
///
/// A full walk may last for hours, because it pauses while the table is full. Folders that the kernel names meanwhile
/// come before it. When the list overflows, everything is scanned again, which covers them all.
struct ScanAgenda: Sendable {
    /// How much of a folder to scan.
    enum Reach: Sendable, Equatable {
        /// The names in it, because an event was lost to a full table.
        case names
        /// Everything below it too, because it is new.
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

    /// Whether nothing remains to be scanned.
    var isEmpty: Bool { !isEverythingWanted && !isEverythingWalked && folderReach == nil && folders.isEmpty }

    /// Adds a folder to the list.
    mutating func add(_ folder: FilePath, _ reach: Reach) {
        if let known = reaches[folder] {
            if known == .names { reaches[folder] = reach }
            return
        }
        // The coming walk begins later than this, so it will find the folder's present state.
        if isEverythingWanted, !isEverythingWalked { return }
        guard folders.count < capacity else {
            addEverything()
            return
        }
        folders.append(folder)
        reaches[folder] = reach
    }

    /// Requests a full scan after the current walk, which may already have passed the change.
    mutating func addEverything() {
        isEverythingWanted = true
        folders = []
        reaches = [:]
    }

    /// The next step; nil when nothing remains.
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

    /// Whether the walk also enters the folders that it meets.
    func descends(_ walk: InboxStateMachine.Walk) -> Bool { walk == .everything || folderReach == .tree }

    mutating func end(_ walk: InboxStateMachine.Walk) {
        switch walk {
        case .folder: folderReach = nil
        case .everything: isEverythingWalked = false
        }
    }
}
