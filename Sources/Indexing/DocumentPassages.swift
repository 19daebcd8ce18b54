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
    /// Of a `.jsonl` file.
    private var lines: LineSplitter?
    private var passages: PassageReader?
    private var survey = TextSurvey(validates: true)
    private var hasBegun = false

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
        if lines != nil, try takeLine() { return true }
        guard let contents else {
            if let fault = survey.fault { throw self.fault(fault) }
            guard let next = files.popLast() else { return false }
            try open(next)
            return true
        }
        do throws(PlatformError) {
            if let piece = try contents.next() { try take(piece) } else { try finish() }
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
        let format = file.lastComponent.flatMap { DocumentFormat(name: $0) }
        contents = try ContentsReader(
            OwnedDescriptor.openForReading(file), isCompressed: format?.isCompressed ?? false)
        lines =
            switch format?.contents {
            case .jsonLines: LineSplitter()
            case .text, nil: nil
            }
        passages = nil
        survey = TextSurvey(validates: true)
        hasBegun = false
    }

    private mutating func take(_ piece: [UInt8]) throws(PlatformError) {
        if lines != nil {
            lines?.add(piece)
            return
        }
        survey.add(piece)
        if passages == nil { passages = PassageReader(PassageStream(cutter), offset: survey.markLength) }
        passages?.add(piece[(hasBegun ? 0 : survey.markLength)...])
        hasBegun = true
    }

    private mutating func finish() throws(PlatformError) {
        contents = nil
        lines?.finish()
        survey.finish()
        passages?.finish()
    }

    /// Reads one object of a `.jsonl` file.
    ///
    /// - Returns: false when more of the file is needed.
    private mutating func takeLine() throws -> Bool {
        guard let line = lines?.next() else { return false }
        do throws(DocumentFault) {
            let document = try DocumentDecoder.object(
                line.bytes, line: line.number, at: line.offset, needsItem: false)
            var reader = PassageReader(PassageStream(cutter), offset: 0)
            reader.add(document.text[...])
            reader.finish()
            passages = reader
        } catch {
            throw fault(error)
        }
        return true
    }

    private func fault(_ fault: DocumentFault) -> DocumentsError {
        DocumentsError(.input, "\(path.displayName): \(fault.summary); \(fault.hint)")
    }
}
