package import Identity
package import Platform

/// Turns the pieces of a file into documents, whatever its format.
///
/// The daemon and the commands read every file through it, so a new format is decoded here and nowhere else. It holds one
/// piece or one line at a time.
package struct DocumentStream {
    /// What comes next in the file.
    package enum Event {
        /// A document begins; its `text` is the first part of it.
        case document(DecodedDocument)
        /// More of the text of the document that is open.
        case text(ArraySlice<UInt8>)
        /// The open document ends.
        case end
        /// The lines that follow belong to another file, whose rejected lines they were.
        case continuation(Continuation)
        /// A line is no document; the lines after it are read on.
        case fault(DocumentFault, LineSplitter.Line)

        /// The line that the event is about, where the file has a document a line.
        package var line: LineSplitter.Line? {
            switch self {
            case .document(let document): document.line
            case .fault(_, let line): line
            case .text, .end, .continuation: nil
            }
        }
    }

    private let contents: DocumentFormat.Contents
    private let needsItem: Bool
    private let digest: SHA256Digest?
    /// At most one piece and what goes with it.
    private var events: [Event] = []
    private var lines = LineSplitter()
    private var survey = TextSurvey(validates: true)
    private var hasBegun = false

    /// Starts at the beginning of a file.
    ///
    /// - Parameters:
    ///   - contents: its format.
    ///   - digest: SHA-256 of a file that is one document, where an earlier look has found it.
    ///   - needsItem: whether each of several documents must have an `id`; a tool that stores nothing accepts those without.
    package init(_ contents: DocumentFormat.Contents, digest: SHA256Digest? = nil, needsItem: Bool = true) {
        self.contents = contents
        self.digest = digest
        self.needsItem = needsItem
    }

    /// Takes the next piece of the unpacked file.
    package mutating func add(_ piece: [UInt8]) {
        switch contents {
        case .jsonLines: lines.add(piece)
        case .text:
            survey.add(piece)
            events.append(.text(piece[(hasBegun ? 0 : survey.markLength)...]))
            begin()
        }
    }

    /// Marks the end of the file.
    package mutating func finish() {
        switch contents {
        case .jsonLines: lines.finish()
        case .text:
            survey.finish()
            begin()
            events.append(.end)
        }
    }

    /// The next event; nil when it needs more of the file, or after its end.
    ///
    /// - Throws: `DocumentFault` of a file that is one document.
    package mutating func next() throws(DocumentFault) -> Event? {
        if let fault = survey.fault { throw fault }
        if !events.isEmpty { return events.removeFirst() }
        guard contents == .jsonLines, let line = lines.next() else { return nil }
        do throws(DocumentFault) {
            guard line.bytes.count <= Self.longestLine else { throw .longLine(line.number) }
            if !hasBegun {
                hasBegun = true
                if let continuation = Continuation(line: line.bytes) { return .continuation(continuation) }
            }
            let document = try DocumentDecoder.object(line, needsItem: needsItem)
            events.append(.end)
            return .document(document)
        } catch {
            return .fault(error, line)
        }
    }

    /// What a record of a shard can hold (Format.md, 1.7).
    private static let longestLine = 1 << 27

    private mutating func begin() {
        guard !hasBegun else { return }
        hasBegun = true
        let document = DecodedDocument(
            item: nil, title: nil, metadata: nil, text: [], textOffset: survey.markLength, contentDigest: digest,
            byteCount: nil, line: nil)
        events.insert(.document(document), at: 0)
    }
}
