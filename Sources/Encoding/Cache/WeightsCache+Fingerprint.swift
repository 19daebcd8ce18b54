import Platform
import SystemPackage

extension WeightsCache {
    /// The SHA-256 of a model's file: from its record, or by hashing it and making the record.
    ///
    /// - Returns: nil where neither can be done, so that hashing would be repeated at each start: in a cache that cannot be
    ///   written, and for a file that has changed just now.
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
        // Somebody may have written to it in the meantime.
        guard let after = try? FileStatus.followingLinks(file.path), after.isSameVersion(as: status) else { return nil }
        let record = FingerprintRecord(digest: digest, status: status)
        try? AtomicFile.replaceVolatile(record.bytes, at: directory.appending(name))
        return digest
    }
}
