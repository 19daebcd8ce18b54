import Documents
package import Identity
package import Platform
package import Shards
package import Spool
package import SystemPackage

/// What travels with a claimed file from its claim to `done/`: what it is, what was found in it, and how it ended.
package struct Ticket: Sendable {
    package let file: ClaimedFile
    /// The path of the file whose rejected lines these are, mended; nil for any other file.
    package var continues: FilePath?
    /// That path, once this file counts as one of its versions in flight.
    package var joined: FilePath?
    /// SHA-256 of the file as it was dropped; nil until all of it was read.
    package var digest: SHA256Digest?
    /// The documents that the file holds, changed or not: what the index has of it beyond them dies when it is committed.
    package var staying: Set<IdentifierDigest> = []
    /// How many of them the index had already.
    package var unchanged = 0
    /// Lines that could not be taken.
    package var badLines = LineFaults()
    /// Where the bytes of those lines are kept, below `failed/`; nil when there are none.
    package var badLinesFile: FilePath?
    /// Documents that the encoder refused.
    package var refused = LineFaults()
    /// Why the file as a whole is at fault; it goes to `failed/` then.
    package var fault: DocumentFault?
    /// The stage that found the fault.
    package var faultStage = "read"

    package init(_ file: ClaimedFile) {
        self.file = file
    }

    /// The path in the identifiers of its documents.
    package var documentPath: FilePath { continues ?? file.relativePath }

    /// Where the file belongs in `done/`.
    package var donePath: FilePath {
        continues.map { Spool.linesPath($0, claim: file.name) } ?? file.relativePath
    }

    /// Whether mended lines may lie beside its earlier version in `done/`.
    var mayHaveMendedLines: Bool {
        donePath.lastComponent.flatMap { DocumentFormat(name: $0) }?.contents.isOneDocument == false
    }

    /// Whether documents of earlier versions that are not in the file are removed.
    ///
    /// A bad or cut line says nothing about the documents that are missing, and mended lines are not the whole file.
    package var isWhole: Bool { continues == nil && badLines.count == 0 && refused.count == 0 }

    /// Whether the encoder refused every document that it holds.
    package var isRefusedWhole: Bool { !staying.isEmpty && refused.count == staying.count }

    /// Which file its documents come from, should an equal one lie in `done/`.
    package var rows: Spool.Rows {
        unchanged == 0 ? .ofThis : unchanged == staying.count ? .ofEarlier : .ofBoth
    }

    /// How many documents of it can be indexed.
    package var goodCount: Int { staying.count - refused.count }
}
