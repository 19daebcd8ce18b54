import Platform
package import SystemPackage

/// A folder of files that spare the next start work: prepared weights, and the SHA-256 of model files.
///
/// Losing it costs some tens of milliseconds, in int8 some hundreds, so nothing here is an error: what is missing, damaged,
/// foreign or cannot be written is done without. What it holds is described in <doc:PreparedWeights>.
package struct WeightsCache: Sendable {
    /// The folder; it need not exist.
    package let directory: FilePath
    /// For how long a model file must have been left alone before its digest is recorded.
    let settleNanoseconds: Int64

    /// The cache in `directory`, which is made when there is something to keep.
    ///
    /// - Parameter settleNanoseconds: see `FileStatus.isSettled`.
    package init(_ directory: FilePath, settleNanoseconds: Int64 = 2_000_000_000) {
        self.directory = directory
        self.settleNanoseconds = settleNanoseconds
    }

    /// The environment variable that names the folder.
    package static let variable = "VECTORSPOOL_CACHE"

    /// The cache of this process: in `$VECTORSPOOL_CACHE`, systemd's `$CACHE_DIRECTORY`, `$XDG_CACHE_HOME/vectorspool` or
    /// `~/.cache/vectorspool`; nil where there is no home.
    package static var standard: WeightsCache? {
        directory { CurrentProcess.environment($0) }.map { WeightsCache($0) }
    }

    /// The folder that an environment leads to. Relative names are passed over, as the XDG specification asks: the cache would
    /// be another one in each folder.
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

    /// Whether what is found in the folder may be believed.
    var isTrusted: Bool {
        guard let status = try? FileStatus.followingLinks(directory) else { return false }
        return status.kind == .directory && status.isOursAlone
    }

    /// Makes the folder if it is missing, and tells whether it can be written to and believed.
    func prepareForWriting() -> Bool {
        // Nobody else's concern, unless the folder was made for them: basedir-spec asks for 0700.
        if !FileStatus.exists(directory) { try? Directory.create(directory, mode: 0o700) }
        return isTrusted && Directory.isWritable(directory)
    }

    /// Opens a file of the cache that is to be believed, and notes that it is in use.
    func open(_ name: String) -> OwnedDescriptor? {
        guard isTrusted, let descriptor = try? OwnedDescriptor.openTrusted(directory.appending(name)) else {
            return nil
        }
        // At most once a day, so that a start does not write; `removeUnused` goes by it.
        if let age = try? descriptor.status().age, age > Self.dayNanoseconds { descriptor.markUsed() }
        return descriptor
    }

    private static let dayNanoseconds: Int64 = 86_400_000_000_000
    private static let keptDays: Int64 = 90

    /// Removes what nobody has used for 90 days, and what writers that were killed left a day ago or earlier.
    func removeUnused() {
        try? Directory.forEachEntry(of: directory) { (entry) throws(PlatformError) in
            let name = entry.name.string
            let prefixes = [PreparedWeightsFile.namePrefix, FingerprintRecord.namePrefix]
            let isKept = PreparedWeightsFile.isName(name) || FingerprintRecord.isName(name)
            let isTemporary = name.hasSuffix(".tmp") && prefixes.contains { name.hasPrefix(".\($0)") }
            let path = directory.appending(entry.name)
            guard isKept || isTemporary, let status = try? FileStatus.of(path), status.kind == .regular else { return }
            let limit = Self.dayNanoseconds * (isKept ? Self.keptDays : 1)
            if status.age > limit { Directory.removeIfPresent(path) }
        }
    }
}

extension FileStatus {
    /// Nanoseconds since the contents were changed, or the file marked as used.
    fileprivate var age: Int64 { RealTime.now.nanoseconds.subtractingReportingOverflow(modified).partialValue }
}
