import Platform
import SystemPackage

/// The contents of a claimed file, read once: bounded, hashed, unpacked.
struct ClaimedContents {
    let bytes: [UInt8]
    /// SHA-256 of the file as it was dropped.
    let digest: SHA256Digest
    let format: DocumentFormat

    /// Reads through `descriptor`, or opens the file; blocks.
    ///
    /// - Throws: `DocumentFault` for what the file is at fault for; `PlatformError` for a fault of the system.
    static func read(
        _ file: ClaimedFile, _ descriptor: consuming OwnedDescriptor?, limit: Int
    ) throws -> ClaimedContents {
        guard file.status.kind == .regular else { throw DocumentFault.notAFile(file.status.kind) }
        guard let name = file.relativePath.lastComponent, let format = DocumentFormat(name: name) else {
            throw DocumentFault.unknownFormat(file.relativePath.lastComponent ?? "file")
        }
        guard file.status.size <= limit else { throw DocumentFault.tooBig(file.status.size, limit: limit) }
        let packed = try contents(file, descriptor, limit: limit)
        // After a power cut the name may have survived without the data.
        if !file.name.isOfThisBoot, packed.count != file.name.size || (!format.isCompressed && packed.contains(0)) {
            throw DocumentFault.lostByPowerCut
        }
        let digest = SHA256Digest(of: packed)
        guard format.isCompressed else { return ClaimedContents(bytes: packed, digest: digest, format: format) }
        guard !packed.isEmpty else { throw emptyFile }
        do throws(PlatformError) {
            var decompressor = try ZstandardDecompressor()
            let bytes = try decompressor.decompressAll(packed.rawSpan, limit: limit)
            return ClaimedContents(bytes: bytes, digest: digest, format: format)
        } catch {
            switch error.code {
            case .tooLarge: throw DocumentFault.tooBig(nil, limit: limit)
            case .corrupt: throw DocumentFault.badCompression(error)
            default: throw error
            }
        }
    }

    private static let emptyFile = DocumentFault(
        .empty, "there is no text in the file", hint: "drop it again when it has contents")

    private static func contents(
        _ file: ClaimedFile, _ descriptor: consuming OwnedDescriptor?, limit: Int
    ) throws -> [UInt8] {
        do throws(PlatformError) {
            switch consume descriptor {
            case .some(let descriptor): return try FileContents.read(descriptor, limit: limit)
            case .none:
                let opened = try OwnedDescriptor.open(file.path, OpenFlags.document)
                return try FileContents.read(opened, limit: limit)
            }
        } catch {
            switch error.cause {
            // A bad sector is the file's fault, unlike an error while writing.
            case .ioError, .permissionDenied, .tooManySymbolicLinkLevels: throw DocumentFault.unreadable(error)
            default:
                if error.code == .tooLarge { throw DocumentFault.tooBig(nil, limit: limit) }
                throw error
            }
        }
    }
}
