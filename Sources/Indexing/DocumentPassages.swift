import Documents
package import Encoding
import Identity
import Platform
import Shards
package import SystemPackage

/// The passages of many files, one file after another, read as the daemon reads what is dropped: formats, titles,
/// compression, cutting.
///
/// For commands that work on files where they lie. The name of a file that is no `.jsonl` does not matter to them.
package struct DocumentPassages {
    private let cutter: PassageCutter
    private var files: [FilePath]
    private var path: FilePath = ""
    private var contents: ContentsReader?
    private var documents: DocumentStream?
    private var passages: PassageReader?

    /// Reads the passages of `files`, where `-` is standard input.
    package init(_ files: [FilePath], cutter: PassageCutter) {
        self.files = files.reversed()
        self.cutter = cutter
    }

    /// The model's input for the next passage; nil after the last of the last file.
    ///
    /// - Throws: `DocumentsError` with file and place of what cannot be taken, `PlatformError` when reading fails.
    package mutating func next() throws -> (tokens: [Int32], isTruncated: Bool)? {
        while true {
            if let passage = passages?.next() { return (passage.tokens, passage.passage.isTruncated) }
            guard try advance() else { return nil }
        }
    }

    /// Gets more of the current file, or opens the next.
    private mutating func advance() throws -> Bool {
        if let event = try nextEvent() {
            try take(event)
            return true
        }
        guard let contents else {
            guard let next = files.popLast() else { return false }
            try open(next)
            return true
        }
        do throws(PlatformError) {
            if let piece = try contents.next() {
                documents?.add(piece)
            } else {
                documents?.finish()
                self.contents = nil
            }
        } catch {
            guard error.code == .corrupt else { throw error }
            throw fault(.badCompression(error))
        }
        return true
    }

    private mutating func open(_ file: FilePath) throws {
        if file != "-", try FileStatus.followingLinks(file).kind == .directory {
            throw DocumentsError(
                .input, "\(file): this is a directory; name its files, for example with \(file)/*.txt")
        }
        path = file
        let name = file.lastComponent
        contents = try ContentsReader(
            OwnedDescriptor.openForReading(file), isCompressed: name.map(DocumentFormat.isCompressed) ?? false)
        documents = DocumentStream(name.map(DocumentFormat.contents) ?? .text, needsItem: false)
        passages = nil
    }

    private mutating func nextEvent() throws -> DocumentStream.Event? {
        do throws(DocumentFault) {
            return try documents?.next()
        } catch {
            throw fault(error)
        }
    }

    private mutating func take(_ event: DocumentStream.Event) throws {
        switch event {
        case .document(let document):
            passages = PassageReader(PassageStream(cutter), offset: document.textOffset)
            passages?.add(document.text[...])
        case .text(let piece): passages?.add(piece)
        case .end: passages?.finish()
        case .continuation: break
        case .fault(let fault, _): throw self.fault(fault)
        }
    }

    private func fault(_ fault: DocumentFault) -> DocumentsError {
        DocumentsError(.input, "\(path.displayName): \(fault.summary); \(fault.hint)")
    }
}
