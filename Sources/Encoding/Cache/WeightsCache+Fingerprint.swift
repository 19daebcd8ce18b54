import Platform
import SystemPackage

extension WeightsCache {
    /// The SHA-256 of a model's file: from its record, or by hashing it and making the record.
    ///
    /// Returns nil when a record cannot be kept, because then each start would hash again: in a cache that is not
    /// writable, and for a file that has just changed.
    func fingerprint(of file: SafeTensors) -> SHA256Digest? {
        let status = file.status
        let name = FingerprintRecord.name(status)
        if let record = open(name), let bytes = try? FileContents.read(record, limit: FingerprintRecord.byteCount),
            let digest = FingerprintRecord.digest(bytes, of: status)
        {
            return digest
        }
        guard status.isSettled(for: settleNanoseconds), prepareForWriting() else { return nil }
        let digest = file.digest()
        // Another process may have written to it in the meantime.
        guard let after = try? FileStatus.followingLinks(file.path), after.isSameVersion(as: status) else { return nil }
        let record = FingerprintRecord(digest: digest, status: status)
        try? AtomicFile.replaceVolatile(record.bytes, at: directory.appending(name))
        return digest
    }
}

/// The SHA-256 of a model file that has not changed since it was hashed; see <doc:PreparedWeights>, section 2.
struct FingerprintRecord {
    /// The prefix of the names of records.
    static let namePrefix = "fingerprint-"
    static let tag = Array("VSPMODEL".utf8)
    static let version: UInt32 = 1
    static let byteCount = 96

    let digest: SHA256Digest
    /// The file's status when it was hashed.
    let status: FileStatus

    /// Whether a file name of the cache is that of a record.
    static func isName(_ name: String) -> Bool { name.hasPrefix(namePrefix) && name.hasSuffix(".record") }

    /// One name per file, so a changing file does not leave a record for each of its versions.
    static func name(_ status: FileStatus) -> String {
        "\(namePrefix)\(String(status.device, radix: 16))-\(String(status.inode, radix: 16)).record"
    }

    /// The record's bytes without the digest.
    private static func head(_ status: FileStatus) -> [UInt8] {
        var bytes = tag
        bytes.append(littleEndian: version)
        bytes.append(littleEndian: UInt32(0))
        bytes.append(littleEndian: status.device)
        bytes.append(littleEndian: status.inode)
        bytes.append(littleEndian: UInt64(status.size))
        bytes.append(littleEndian: status.modified)
        bytes.append(littleEndian: status.changed)
        return bytes
    }

    /// The record as it is stored.
    var bytes: [UInt8] {
        var bytes = Self.head(status) + digest.bytes
        bytes.append(littleEndian: XXH64.digest(of: bytes.rawSpan))
        return bytes
    }

    /// The digest in a record for a file; nil when the record is damaged or belongs to another file or version.
    static func digest(_ record: [UInt8], of status: FileStatus) -> SHA256Digest? {
        guard record.count == byteCount, record.starts(with: head(status)) else { return nil }
        let checked = Array(record.prefix(byteCount - 8))
        guard record.rawSpan.littleEndian(UInt64.self, at: byteCount - 8) == XXH64.digest(of: checked.rawSpan) else {
            return nil
        }
        return SHA256Digest(bytes: Array(checked.suffix(32)))
    }
}
