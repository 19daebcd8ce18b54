package import Platform
import Synchronization
package import SystemPackage

/// Remembers which files of the inbox were taken and left where they are: `journal/left-in-place`.
///
/// Each scan of the inbox meets all of them, and there may be a million, so they are looked up on the disk and never held
/// in memory. The file is a hash table. Its first 4096 bytes are the head: the tag `vsleft1\n`, the number of pages (8 bytes,
/// a power of two), 8 bytes that stand for the index, and 8 bytes of XXH64 over those. Pages of 64 slots follow
/// (`LeftEntry`); the first 8 bytes of a slot's key, modulo the number of pages, say which page it is in. When a page is
/// full, the table is written anew with twice the pages and takes the old one's name.
///
/// It is written after the commit, so it never calls a version indexed that the index lacks. A slot that a crash loses or tears
/// costs nothing but another look at the file, whose contents the index knows then. So does the whole file: when it belongs
/// to another index, all is discarded but what was forgotten. That is made durable before the order to forget ends.
package final class LeftRecord: Sendable {
    private struct Table: ~Copyable {
        let file: OwnedDescriptor
        let pages: UInt64
        let index: UInt64
        let isWritable: Bool
    }

    private struct State: ~Copyable {
        var table: Table?
        /// Whether there may be a file that is not open yet.
        var mayExist = true
        /// What is in work now, by path: a scan must not take it again.
        var pending: [FilePath: FileStatus] = [:]
        /// The index that a new table is for.
        var index: UInt64 = 0
        var isDirty = false
    }

    private let root: OpenDirectory
    private let state = Mutex(State())

    package static let path: FilePath = "journal/left-in-place"
    private static let tag = Array("vsleft1\n".utf8)
    private static let pageByteCount = 4096
    private static let slots = pageByteCount / LeftEntry.byteCount
    private static let firstPages: UInt64 = 4
    private static let mode: UInt32 = 0o640

    /// The record of the spool with this root; it is opened when it is needed.
    package init(_ root: OpenDirectory) { self.root = root }

    /// Begins to work for an index; what was known for another one, or before a new one, is discarded, apart from files that
    /// were forgotten: no index is to find them.
    package func begin(index: FilePath, isNew: Bool) throws(PlatformError) {
        let mark = XXH64.digest(of: index.bytes.rawSpan)
        try state.withLock { (state) throws(PlatformError) in
            state.index = mark
            try open(&state, forWriting: false)
            let known = state.table?.index ?? mark
            guard isNew || known != mark else { return }
            let withNewIndex = { (entry: LeftEntry) in entry.outcome.withNewIndex.map { entry.ended($0) } }
            if try holds({ withNewIndex($0) != nil }, in: state) { return try rewrite(&state, withNewIndex) }
            state.table = nil
            guard try root.statusIfPresent(Self.path) != nil else { return }
            try root.remove(Self.path)
        }
    }

    /// A version of a file is in work.
    func begin(_ path: FilePath, _ status: FileStatus) { state.withLock { $0.pending[path] = status } }

    /// A version of a file has left the work.
    package func end(_ path: FilePath) { state.withLock { $0.pending[path] = nil } }

    /// Whether exactly this version of a file is in work.
    func isPending(_ path: FilePath, _ status: FileStatus) -> Bool {
        state.withLock { $0.pending[path]?.isSameVersion(as: status) ?? false }
    }

    /// What is known of a path; nil when nothing is.
    package func entry(of path: FilePath) throws(PlatformError) -> LeftEntry? {
        try state.withLock { (state) throws(PlatformError) -> LeftEntry? in
            try open(&state, forWriting: false)
            guard let pages = state.table?.pages, let index = state.table?.index else { return nil }
            let key = LeftEntry.key(of: path)
            let page = try read(Self.page(of: key, pages), in: state)
            let entry = Self.slot(of: key, in: page).flatMap { LeftEntry(slot: Self.slot($0, of: page)) }
            // A table of another index that could not be written anew; who only reads works for none.
            guard state.index != 0, index != state.index, let entry else { return entry }
            return entry.outcome.withNewIndex.map { entry.ended($0) }
        }
    }

    /// Notes how a version ended.
    package func note(_ path: FilePath, _ entry: LeftEntry) throws(PlatformError) {
        try state.withLock { (state) throws(PlatformError) in
            try open(&state, forWriting: true)
            let key = LeftEntry.key(of: path)
            while let pages = state.table?.pages {
                let number = Self.page(of: key, pages)
                let page = try read(number, in: state)
                if let slot = Self.slot(of: key, in: page) ?? Self.freeSlot(in: page) {
                    let place = Self.offset(number) + slot * LeftEntry.byteCount
                    try write(entry.slot(key), at: place, in: state)
                    state.isDirty = true
                    return
                }
                try grow(&state)
            }
        }
    }

    /// Removes what is known of a path.
    func remove(_ path: FilePath) throws(PlatformError) {
        guard try entry(of: path) != nil else { return }
        try state.withLock { (state) throws(PlatformError) in
            try open(&state, forWriting: true)
            guard let pages = state.table?.pages else { return }
            let key = LeftEntry.key(of: path)
            let number = Self.page(of: key, pages)
            guard let slot = Self.slot(of: key, in: try read(number, in: state)) else { return }
            let free = [UInt8](repeating: 0, count: LeftEntry.byteCount)
            try write(free, at: Self.offset(number) + slot * LeftEntry.byteCount, in: state)
            state.isDirty = true
        }
    }

    /// Makes what was noted durable.
    package func synchronize() throws(PlatformError) {
        try state.withLock { (state) throws(PlatformError) in
            guard state.isDirty else { return }
            switch state.table {
            case .some(let table): try table.file.synchronize()
            case .none: break
            }
            state.isDirty = false
        }
    }

    // MARK: - The file

    private func open(_ state: inout State, forWriting: Bool) throws(PlatformError) {
        if let isWritable = state.table?.isWritable, isWritable || !forWriting { return }
        guard forWriting || state.mayExist else { return }
        state.table = nil
        do throws(PlatformError) {
            let file = try root.open(Self.path, forWriting ? OpenFlags.inPlace : OpenFlags.document)
            state.table = try Self.table(file, isWritable: forWriting)
        } catch {
            guard error.isAbsence else { throw error }
            state.mayExist = false
        }
        guard forWriting, state.table == nil else { return }
        try root.makeDirectory(Self.path.removingLastComponent(), mode: 0o750)
        try make(&state, pages: Self.firstPages) { (_) throws(PlatformError) in }
    }

    private static func table(_ file: consuming OwnedDescriptor, isWritable: Bool) throws(PlatformError) -> Table? {
        let head = try file.read(atMost: 32, at: 0)
        let span = head.rawSpan
        guard head.count == 32, Array(head[..<8]) == tag, let pages: UInt64 = span.littleEndian(at: 8),
            let index: UInt64 = span.littleEndian(at: 16), let sum: UInt64 = span.littleEndian(at: 24),
            sum == XXH64.digest(of: Array(head[..<24]).rawSpan), pages > 0, pages & (pages - 1) == 0, pages < 1 << 32
        else { return nil }
        return Table(file: file, pages: pages, index: index, isWritable: isWritable)
    }

    /// Makes a table under a temporary name, fills it, and gives it its name.
    private func make(
        _ state: inout State, pages: UInt64, _ fill: (borrowing OwnedDescriptor) throws(PlatformError) -> Void
    ) throws(PlatformError) {
        let folder = try root.directory(Self.path.removingLastComponent())
        guard let name = Self.path.lastComponent else { return }
        let temporary = OpenDirectory.temporaryName(for: name)
        do throws(PlatformError) {
            let file = try folder.open(temporary, OpenFlags.fresh, mode: Self.mode)
            var head = Self.tag
            head.append(littleEndian: pages)
            head.append(littleEndian: state.index)
            head.append(littleEndian: XXH64.digest(of: head.rawSpan))
            try file.overwrite(head.rawSpan, at: 0)
            try fill(file)
            try file.synchronize()
            try folder.rename(temporary, to: folder, FilePath(root: nil, [name]))
            state.table = Table(file: file, pages: pages, index: state.index, isWritable: true)
            state.mayExist = true
        } catch {
            folder.removeIfPresent(temporary)
            throw error
        }
    }

    /// Doubles the pages: what was in page p is in p or p + n then.
    private func grow(_ state: inout State) throws(PlatformError) {
        try rewrite(&state, factor: 2) { $0 }
    }

    /// Writes the table anew, with `factor` times the pages, 1 or 2, and what `kept` makes of its entries.
    private func rewrite(
        _ state: inout State, factor: UInt64 = 1, _ kept: (LeftEntry) -> LeftEntry?
    ) throws(PlatformError) {
        guard let table = state.table.take() else { return }
        let pages = table.pages
        try make(&state, pages: pages * factor) { (file) throws(PlatformError) in
            for number in 0..<pages {
                let page = try Self.read(number, in: table.file)
                var parts = [[UInt8]](repeating: [], count: Int(factor))
                for slot in 0..<Self.slots {
                    let bytes = Self.slot(slot, of: page)
                    guard let entry = LeftEntry(slot: bytes).flatMap(kept) else { continue }
                    let key = Array(bytes.prefix(LeftEntry.half))
                    parts[Int(Self.page(of: key, pages * factor) / pages)] += entry.slot(key)
                }
                for (part, bytes) in parts.enumerated() where !bytes.isEmpty {
                    try file.overwrite(bytes.rawSpan, at: Self.offset(number + UInt64(part) * pages))
                }
            }
        }
    }

    /// Whether the table has an entry of a kind.
    private func holds(_ isWanted: (LeftEntry) -> Bool, in state: borrowing State) throws(PlatformError) -> Bool {
        let pages: UInt64 =
            switch state.table {
            case .some(let table): table.pages
            case .none: 0
            }
        for number in 0..<pages {
            let page = try read(number, in: state)
            for slot in 0..<Self.slots {
                if let entry = LeftEntry(slot: Self.slot(slot, of: page)), isWanted(entry) { return true }
            }
        }
        return false
    }

    private func read(_ page: UInt64, in state: borrowing State) throws(PlatformError) -> [UInt8] {
        switch state.table {
        case .some(let table): try Self.read(page, in: table.file)
        case .none: []
        }
    }

    private func write(_ bytes: [UInt8], at offset: Int, in state: borrowing State) throws(PlatformError) {
        switch state.table {
        case .some(let table): try table.file.overwrite(bytes.rawSpan, at: offset)
        case .none: break
        }
    }

    /// A page; what was never written is free.
    private static func read(_ page: UInt64, in file: borrowing OwnedDescriptor) throws(PlatformError) -> [UInt8] {
        let bytes = try file.read(atMost: pageByteCount, at: offset(page))
        return bytes + Array(repeating: 0, count: pageByteCount - bytes.count)
    }

    private static func offset(_ page: UInt64) -> Int { (Int(page) + 1) * pageByteCount }

    private static func page(of key: [UInt8], _ pages: UInt64) -> UInt64 {
        (key.rawSpan.littleEndian(UInt64.self, at: 0) ?? 0) & (pages - 1)
    }

    private static func slot(_ slot: Int, of page: [UInt8]) -> [UInt8] {
        Array(page[slot * LeftEntry.byteCount..<(slot + 1) * LeftEntry.byteCount])
    }

    private static func slot(of key: [UInt8], in page: [UInt8]) -> Int? {
        (0..<slots).first { slot in
            page[slot * LeftEntry.byteCount..<slot * LeftEntry.byteCount + key.count] == key[...]
                && LeftEntry(slot: self.slot(slot, of: page)) != nil
        }
    }

    private static func freeSlot(in page: [UInt8]) -> Int? {
        (0..<slots).first { LeftEntry(slot: slot($0, of: page)) == nil }
    }
}
