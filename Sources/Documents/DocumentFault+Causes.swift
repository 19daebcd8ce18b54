package import Identity
package import Platform
package import SystemPackage

extension DocumentFault {
    package static func tooBig(_ size: Int?, limit: Int) -> DocumentFault {
        DocumentFault(
            .tooBig,
            size.map { "the file has \($0) bytes, more than the limit of \(limit)" }
                ?? "unpacked, the file has more than the limit of \(limit) bytes",
            hint: "split it into files with names of their own, or raise spool.maximumFileBytes in the configuration")
    }

    package static func unknownFormat(_ name: FilePath.Component) -> DocumentFault {
        DocumentFault(
            .unknownFormat, "the name is not of a supported format: \(FilePath(root: nil, [name]).displayName)",
            hint: "supported are \(DocumentFormat.known); convert it to text, or rename a text file")
    }

    package static func notAFile(_ kind: FileStatus.Kind) -> DocumentFault {
        let what: String =
            switch kind {
            case .symbolicLink: "a symbolic link, which is not followed"
            case .fifo: "a named pipe"
            case .socket: "a socket"
            case .device: "a device"
            default: "not a regular file"
            }
        return DocumentFault(.notAFile, "this is \(what)", hint: "copy the file itself into the inbox")
    }

    package static func unreadable(_ error: PlatformError) -> DocumentFault {
        DocumentFault(
            .unreadable, "the contents cannot be read: \(error)",
            hint: "check the disk (see 'dmesg') and drop the file again")
    }

    package static func badCompression(_ error: PlatformError) -> DocumentFault {
        DocumentFault(
            .badCompression, "this is not a complete zstd file: \(error)",
            hint: "test it with 'zstd -t', compress or copy it again, and drop the result")
    }

    package static let changed = DocumentFault(
        .changed, "the file changed while it was read", hint: "drop it again when it is complete")

    package static let lostByPowerCut = DocumentFault(
        .lostByPowerCut, "the machine stopped before the contents reached the disk; the file is incomplete",
        hint: "drop the file again from its source")

    package static let emptyFile = DocumentFault(
        .empty, "there is no text in the file", hint: "drop it again when it contains text")

    package static let meaningless = DocumentFault(
        .empty, "the model knows no character of the text", hint: "drop it again when it contains readable text")

    package static let oneLargePassage = DocumentFault(
        .tooBig, "a passage of the text has more than the 134217728 bytes that can be stored",
        hint: "split the file, or set passages.mode to cut")

    package static func longLine(_ number: Int) -> DocumentFault {
        DocumentFault(
            .tooBig, "line \(number) has more than the 134217728 bytes that can be stored", hint: "split the object",
            line: number)
    }

    package static func largeMetadata(_ number: Int, at offset: Int) -> DocumentFault {
        DocumentFault(
            .tooBig,
            "the metadata of line \(number) has more than the 134217728 bytes that can be stored",
            hint: "remove members that you do not need", byteOffset: offset, line: number)
    }

    package static func hopeless(_ faults: LineFaults, lines: Int) -> DocumentFault {
        let first = faults.first.first
        return DocumentFault(
            first?.code ?? .badJSON,
            "\(faults.count) of the first \(lines) lines failed, so the rest was not read; the first: "
                + (first?.summary ?? ""),
            hint: first?.hint ?? "", byteOffset: first?.byteOffset, line: first?.line)
    }

    package static func poison(_ attempts: Int) -> DocumentFault {
        DocumentFault(
            .poison, "the daemon has died \(attempts) times while this file was open",
            hint: "keep the file and report it to the developers of VectorSpool")
    }

    package static func unstorable(_ reason: String) -> DocumentFault {
        DocumentFault(.tooBig, "the index cannot hold the document: \(reason)", hint: "split the document")
    }

    package static func encoder(_ reason: String) -> DocumentFault {
        DocumentFault(
            .encoder, "the encoder refuses the text: \(reason)",
            hint: "keep the file and report it to the developers of VectorSpool")
    }
}
