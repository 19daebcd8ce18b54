import Platform
package import SystemPackage

/// A folder of files that save work at the next start: prepared weights, and the SHA-256 of model files.
///
/// Losing it costs some tens of milliseconds, for int8 some hundreds. So nothing here is an error: a file that is
/// missing, damaged, foreign or not writable is ignored. <doc:PreparedWeights> describes the files.
package struct WeightsCache: Sendable {
    /// The folder; it need not exist.
    package let directory: FilePath
    /// How long a model file must be unchanged before its digest is recorded.
    let settleNanoseconds: Int64

    /// Uses the cache in `directory`, which is made when there is something to keep.
    ///
    /// See `FileStatus.isSettled` for `settleNanoseconds`.
    package init(_ directory: FilePath, settleNanoseconds: Int64 = 2_000_000_000) {
        self.directory = directory
        self.settleNanoseconds = settleNanoseconds
    }

    /// The environment variable that names the folder.
    package static let variable = "VECTORSPOOL_CACHE"

    /// The cache of this process, nil without a home folder.
    ///
    /// It is in `$VECTORSPOOL_CACHE`, systemd's `$CACHE_DIRECTORY`, `$XDG_CACHE_HOME/vectorspool` or
    /// `~/.cache/vectorspool`.
    package static var standard: WeightsCache? {
        directory { CurrentProcess.environment($0) }.map { WeightsCache($0) }
    }

    /// The folder according to an environment.
    ///
    /// Relative names are ignored, as the XDG specification requires: they would mean another cache in each folder.
    package static func directory(_ environment: (String) -> String?) -> FilePath? {
        func absolute(_ name: String) -> FilePath? {
            environment(name).map { FilePath($0) }.flatMap { $0.isAbsolute ? $0 : nil }
        }
        if let named = absolute(variable) { return named }
        // systemd.exec(5): several folders are separated by colons.
        if let service = environment("CACHE_DIRECTORY")?.split(separator: ":").first, service.hasPrefix("/") {
            return FilePath(String(service))
        }
        let base = absolute("XDG_CACHE_HOME") ?? absolute("HOME").map { $0.appending(".cache") }
        return base?.appending("vectorspool")
    }

    // MARK: - The folder

    /// Whether the files in the folder can be trusted.
    var isTrusted: Bool {
        guard let status = try? FileStatus.followingLinks(directory) else { return false }
        return status.kind == .directory && status.isOursAlone
    }

    /// Makes the folder if it is missing; returns whether it is writable and trusted.
    func prepareForWriting() -> Bool {
        // Others have no access unless they made the folder; basedir-spec requires 0700.
        if !FileStatus.exists(directory) { try? Directory.create(directory, mode: 0o700) }
        return isTrusted && Directory.isWritable(directory)
    }

    /// Opens a trusted file of the cache and records that it is in use.
    func open(_ name: String) -> OwnedDescriptor? {
        guard isTrusted, let descriptor = try? OwnedDescriptor.openTrusted(directory.appending(name)) else {
            return nil
        }
        // At most once a day, so a start need not write; `removeUnused` uses this time.
        if let age = try? descriptor.status().age, age > RealTime.nanosecondsOfDay { descriptor.markUsed() }
        return descriptor
    }

    private static let keptDays: Int64 = 90

    /// Removes files unused for 90 days, and temporary files at least a day old of killed writers.
    func removeUnused() {
        try? Directory.forEachEntry(of: directory) { (entry) throws(PlatformError) in
            let name = entry.name.string
            let prefixes = [PreparedWeightsFile.namePrefix, FingerprintRecord.namePrefix]
            let isKept = PreparedWeightsFile.isName(name) || FingerprintRecord.isName(name)
            let isTemporary = name.hasSuffix(".tmp") && prefixes.contains { name.hasPrefix(".\($0)") }
            let path = directory.appending(entry.name)
            guard isKept || isTemporary, let status = try? FileStatus.of(path), status.kind == .regular else { return }
            let limit = RealTime.nanosecondsOfDay * (isKept ? Self.keptDays : 1)
            if status.age > limit { Directory.removeIfPresent(path) }
        }
    }
}

extension FileStatus {
    /// The nanoseconds since the contents changed or the file was marked as used.
    fileprivate var age: Int64 { RealTime.now.nanoseconds.subtractingReportingOverflow(modified).partialValue }
}
