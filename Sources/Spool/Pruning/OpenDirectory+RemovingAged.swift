import Platform
import SystemPackage

/// Removes files that were looked at before, while another process may put newer ones in their places.
extension OpenDirectory {
    /// Removes a file, unless another one has its name by now.
    ///
    /// A name can be taken between a look and the removal, so the file gets a name of ours first, under which it is looked
    /// at again. Another file gets its own name back. A crash in between leaves the name of ours, which `Originals`
    /// finds like any file beside the other, and which the next walk gives back: `giveBackAged`.
    ///
    /// - Parameters:
    ///   - place: where it lies.
    ///   - status: its status when it was looked at.
    /// - Returns: whether it was there still.
    /// - Throws: `PlatformError`; the file has its own name then, or that of ours where another has taken its own.
    func removeAged(_ place: FilePath, _ status: FileStatus) throws(PlatformError) -> Bool {
        guard let name = place.lastComponent else { return false }
        do throws(PlatformError) {
            // Nobody puts a file at a name of ours.
            guard !name.isAged else {
                try remove(place)
                return true
            }
            guard try self.status(of: place).isSameAged(as: status) else { return false }
            let aside = place.removingLastComponent().appending(name.aged)
            do throws(PlatformError) {
                try renameExclusively(place, to: self, aside)
            } catch {
                switch error.cause {
                // One that a crash has left there ages first.
                case .fileExists: return false
                // A longer name may need room, and what is removed is to make some.
                case .noSpace, .diskQuotaExceeded:
                    try remove(place)
                    return true
                default: throw error
                }
            }
            guard try self.status(of: aside).isSameAged(as: status) else {
                try giveBackAged(aside, to: place)
                return false
            }
            try remove(aside)
            return true
        } catch {
            guard error.isAbsence else { throw error }
            return false
        }
    }

    /// Gives a file its own name back, if it has one of `removeAged` from a run that crashed.
    ///
    /// - Parameter place: where a file lies.
    /// - Returns: whether it has its own name again.
    /// - Throws: `PlatformError`.
    func giveBackAged(_ place: FilePath) throws(PlatformError) -> Bool {
        guard let own = place.lastComponent?.ofAged else { return false }
        return try giveBackAged(place, to: place.removingLastComponent().appending(own))
    }

    /// A newer version may have the name meanwhile: then the file stays beside it, and ages there.
    @discardableResult
    private func giveBackAged(_ place: FilePath, to own: FilePath) throws(PlatformError) -> Bool {
        do throws(PlatformError) {
            try renameExclusively(place, to: self, own)
            return true
        } catch {
            guard error.cause == .fileExists || error.isAbsence else { throw error }
            return false
        }
    }
}

extension FilePath.Component {
    private static let agedSuffix = FileName.mark + "aged"

    /// The name under which a file is looked at before it is removed.
    fileprivate var aged: FilePath.Component { FileName.joined(bytes, Self.agedSuffix) }

    /// Whether it is such a name.
    fileprivate var isAged: Bool { bytes.count > Self.agedSuffix.utf8.count && bytes.hasSuffix(Self.agedSuffix) }

    /// The file's own name, if it is such a name; a name that was shortened does not tell its own.
    fileprivate var ofAged: FilePath.Component? {
        guard isAged, bytes.count < 255 else { return nil }
        return FilePath.Component(bytes: Array(bytes.dropLast(Self.agedSuffix.utf8.count)))
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ text: String) -> Bool { suffix(text.utf8.count).elementsEqual(text.utf8) }
}

extension FileStatus {
    /// Whether it is the file that was looked at; the number of a file that is gone can be another's.
    fileprivate func isSameAged(as other: FileStatus) -> Bool {
        isSameFile(as: other) && size == other.size && modified == other.modified
    }
}
