import Platform
import Synchronization
import SystemPackage

/// The files that a daemon of an earlier layout has put away: `done/<day>/<name>`, without the folders of the inbox.
///
/// They stay where they are after an upgrade, and the rows of the index still name them.
final class FilesByDay: Sendable {
    private let done: OpenDirectory
    /// Read when a file lies nowhere else: `done/` may have a million names.
    private let days = Mutex<[FilePath]?>(nil)

    init(_ done: OpenDirectory) {
        self.done = done
    }

    /// The place below `done/` of the file that was dropped under a name and has a status.
    func file(named name: FilePath.Component, _ isIt: (FileStatus) -> Bool) -> FilePath? {
        for day in foundDays {
            let place = day.appending(name)
            if let status = (try? done.statusIfPresent(place)) ?? nil, isIt(status) { return place }
            // A second file of one name was told apart like this: a.txt.~2~
            for number in 2...Self.versions {
                guard let component = FilePath.Component(bytes: name.bytes + Array(".~\(number)~".utf8)),
                    let status = try? done.statusIfPresent(day.appending(component))
                else { break }
                if isIt(status) { return day.appending(component) }
            }
        }
        return nil
    }

    /// As many files of one name and day are looked at.
    private static let versions = 100

    /// The newest day comes first.
    private var foundDays: [FilePath] {
        days.withLock { days in
            if let days { return days }
            var found: [FilePath] = []
            if let stream = try? DirectoryStream(in: done, FilePath()) {
                while let entry = try? stream.next() {
                    if RealTime.isDay(entry.name.bytes) { found.append(FilePath(root: nil, [entry.name])) }
                }
            }
            found.sort { $0.string > $1.string }
            days = found
            return found
        }
    }
}
