import Platform
import SystemPackage
import TestSupport

/// Makes up files and drops them on a machine.
struct Producer {
    private static let paths: [FilePath] = [
        "a.txt", "b.md", "sub/c.txt", "sub/deep/d.txt", "l.jsonl", "sub/m.jsonl", "n", "n/e.txt",
    ]
    private static let words = ["one", "two", "three", "four", "five", "six", "seven", "eight"]

    private(set) var generator: SeededGenerator
    private var count = 0
    private var latest: [FilePath: [UInt8]] = [:]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// The next file to drop.
    mutating func next() -> (path: FilePath, bytes: [UInt8], isIgnored: Bool) {
        count += 1
        if chance(0.05) { return ("sub/.hidden", Array("hidden \(count)".utf8), true) }
        let path = Self.paths.randomElement(using: &generator) ?? "a.txt"
        if chance(0.1), let earlier = latest[path] { return (path, earlier, false) }
        return (path, bytes(for: path), false)
    }

    /// The path of something that was dropped; nil before the first drop.
    mutating func earlier() -> FilePath? {
        latest.keys.sorted { $0.string < $1.string }.randomElement(using: &generator)
    }

    /// New contents for a path.
    mutating func bytes(for path: FilePath) -> [UInt8] {
        count += 1
        let bytes = path.extension == "jsonl" ? lines() : text()
        latest[path] = bytes
        return bytes
    }

    /// Whether something that is this likely happens.
    mutating func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }

    private mutating func text() -> [UInt8] {
        if chance(0.15) { return Array("bad \(count) ".utf8) + [0xFF, 0x62] }
        let words = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
            Self.words.randomElement(using: &generator) ?? ""
        }
        return Array("v\(count) \(words.joined(separator: " "))".utf8)
    }

    private mutating func lines() -> [UInt8] {
        var text = ""
        for item in ["x", "y", "z"] where chance(0.6) { text += Contents.line(item, "v\(count) \(item)") }
        if chance(0.3) { text += "broken \(count)\n" }
        return Array((text.isEmpty ? Contents.line("x", "v\(count)") : text).utf8)
    }

    /// Drops a file as a rename does.
    ///
    /// - Parameters:
    ///   - path: its path below the inbox.
    ///   - bytes: its contents.
    ///   - inbox: the inbox, by a path that no plan covers.
    ///   - staging: a file of the same file system.
    ///   - isReplacing: whether a file that waits there may be replaced.
    /// - Returns: the contents that it replaced, if any; nil when it could not be dropped.
    static func drop(
        _ path: FilePath, _ bytes: [UInt8], in inbox: FilePath, by staging: FilePath, isReplacing: Bool = true
    ) -> [UInt8]?? {
        do {
            let target = inbox.pushing(path)
            try Directory.create(target.removingLastComponent())
            let present: [UInt8]? = FileStatus.exists(target) ? try FileContents.read(target) : nil
            try AtomicFile.replaceVolatile(bytes, at: staging)
            let (folder, name) = (try OpenDirectory(target.removingLastComponent()), target.lastComponent ?? "file")
            let from = try OpenDirectory(staging.removingLastComponent())
            let (old, new) = (FilePath(root: nil, [staging.lastComponent ?? "file"]), FilePath(root: nil, [name]))
            if isReplacing {
                try from.rename(old, to: folder, new)
            } else {
                try from.renameExclusively(old, to: folder, new)
            }
            return .some(present)
        } catch {
            return nil
        }
    }
}
