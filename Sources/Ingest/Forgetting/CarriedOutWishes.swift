import Platform
import SystemPackage

/// The names of the latest wishes that were carried out, in a file of the spool: a line each.
///
/// A wish lies in `requests/` until it is answered. Whoever meets it there again, after a crash, must not carry it out again: its
/// selection is made anew, and would hit what was dropped since.
struct CarriedOutWishes {
    private var names: [String] = []

    private static let file = FilePath("forgotten-wishes")
    /// More than can wait for an answer.
    private static let most = 256

    /// Reads the file; there is none before the first wish.
    static func read(in root: OpenDirectory) throws(PlatformError) -> CarriedOutWishes {
        var wishes = CarriedOutWishes()
        do throws(PlatformError) {
            let text = String(decoding: try root.contents(of: file, limit: 1 << 20), as: UTF8.self)
            wishes.names = text.split(separator: "\n").map(String.init)
        } catch {
            guard error.isAbsence else { throw error }
        }
        return wishes
    }

    func contains(_ name: String) -> Bool { names.contains(name) }

    mutating func add(_ name: String) { names = (names.filter { $0 != name } + [name]).suffix(Self.most) }

    /// Replaces the file; it survives any power cut from then on.
    func write(in root: OpenDirectory) throws(PlatformError) {
        guard let name = Self.file.lastComponent else { return }
        let bytes = Array(names.map { $0 + "\n" }.joined().utf8)
        if case .unknown(let error) = try root.publish(bytes, as: name, mode: 0o640, isReplacing: true) { throw error }
    }
}
