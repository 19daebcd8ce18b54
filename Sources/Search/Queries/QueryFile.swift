import Documents
import Identity
package import Platform
package import SystemPackage
import Text

/// Reads queries from a file, a query a line, as they come.
///
/// Where the first line that is not blank begins with `{`, the file is JSON Lines: objects with a string `text` and, where they like, an
/// `id` that is a string or a whole number. Otherwise each line is the text of a query. Blank lines are skipped.
package actor QueryFile: QuerySource {
    /// The form of all lines.
    private enum Form {
        case texts
        case objects
    }

    private let path: FilePath
    private var lines: LineReader
    /// Nil before the first line.
    private var form: Form?
    /// What is wrong with the line after those that were returned.
    private var failure: (any Error)?

    /// Opens a file; `-` is standard input, and `.zst` is unpacked.
    ///
    /// - Throws: `PlatformError`.
    package init(_ path: FilePath) throws(PlatformError) {
        self.path = path == "-" ? "standard input" : path
        lines = try LineReader(
            OwnedDescriptor.openForReading(path),
            isCompressed: path.lastComponent.map(DocumentFormat.isCompressed) ?? false)
    }

    /// The next queries.
    ///
    /// - Throws: `SearchError` with line and byte of what is wrong or for a damaged file, `PlatformError` when reading
    ///   fails, `DocumentsError` for an overlong line.
    package func next(atMost count: Int, waiting: Bool) throws -> [Query]? {
        if let failure { throw failure }
        var queries: [Query] = []
        do {
            while queries.count < count, let line = try nextLine(waiting: waiting && queries.isEmpty) {
                if !UTF8Text.isBlank(line[...]) { queries.append(try query(line)) }
            }
        } catch {
            guard !queries.isEmpty else { throw error }
            failure = error
        }
        return queries.isEmpty && lines.hasEnded ? nil : queries
    }

    private func nextLine(waiting: Bool) throws -> [UInt8]? {
        do {
            return waiting ? try lines.next() : try lines.nextWithoutWaiting()
        } catch let error as PlatformError where error.code == .corrupt {
            throw self.error(DocumentFault.badCompression(error))
        }
    }

    private func query(_ line: [UInt8]) throws(SearchError) -> Query {
        let known = form ?? (line.first { !$0.isASCIISpace } == UInt8(ascii: "{") ? .objects : .texts)
        form = known
        let (number, offset) = (lines.lineNumber, lines.lineOffset)
        switch known {
        case .texts:
            if let fault = DocumentFault.notUTF8(in: line, base: offset, firstLine: number) { throw error(fault) }
            return Query(text: String(decoding: UTF8Text.trimmed(line), as: UTF8.self))
        case .objects:
            do throws(DocumentFault) {
                let query = try DocumentDecoder.query(line, line: number, at: offset)
                return Query(id: query.id, text: query.text)
            } catch {
                throw self.error(error)
            }
        }
    }

    private func error(_ fault: DocumentFault) -> SearchError {
        // Those hints are for files that are dropped.
        let hint = fault.code == .notUTF8 ? "convert the queries, such as with 'iconv -t UTF-8'" : fault.hint
        return SearchError(.query, path: path.displayName, "\(fault.summary); \(hint)")
    }
}
