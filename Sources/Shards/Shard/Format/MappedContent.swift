import Platform
import SystemPackage

/// The content of a mapped section, verified where it is read.
///
/// What was verified once is not verified again. A damaged file causes errors, never a crash. The owner takes
/// the bytes from the file itself, because a span cannot leave through another object.
final class MappedContent: Sendable {
    /// The content's place in the file.
    let place: Range<Int>
    private let file: SharedMapping
    private let checksums: Range<Int>
    private let checks: ChunkChecks
    private let name: String
    private let path: FilePath

    /// Finds the content of a section that `ShardIndex` has checked.
    init(_ section: ShardSection, of file: SharedMapping, path: FilePath) {
        self.file = file
        self.path = path
        name = section.name
        let layout = MappedLayout(offset: section.offset, contentByteCount: section.step)
        place = layout.content
        checksums = layout.checksums
        checks = ChunkChecks(byteCount: section.step)
    }

    /// Verifies a range of the content, and returns its place in the file.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func verified(_ range: Range<Int>) throws(ShardsError) -> Range<Int> {
        guard range.lowerBound >= 0, range.upperBound <= place.count else {
            throw corrupt(range.lowerBound, "a part reaches past its end")
        }
        let file = file
        let fault = checks.firstFault(
            in: range, of: file.bytes.extracting(place), checksums: file.bytes.extracting(checksums))
        if let fault {
            throw corrupt(fault, "checksum mismatch")
        }
        return place.lowerBound + range.lowerBound..<place.lowerBound + range.upperBound
    }

    /// The error for something wrong at an offset in the content.
    func corrupt(_ offset: Int, _ message: String) -> ShardsError {
        ShardsError(.corrupt, path: path, section: name, offset: place.lowerBound + offset, message)
    }
}
