package import FoundationEssentials
import Platform
import Quantization
package import SystemPackage

extension IndexStore {
    /// Creates an index: the directory, the ranges' files and generation 1, which has no rows.
    ///
    /// An interrupted creation leaves no manifest, so it can be repeated. The `ranges` of `identity` are ignored,
    /// because they follow from `ranges`, which int8 and uint8 need and other precisions keep for information.
    /// `passages` are the rules for cutting documents, each a name and a number. Throws `ShardsError`: `.exists`,
    /// `.invalid` or `.mismatch` for ranges that do not fit, `.system`.
    /// - Throws: `ShardsError`: `.exists`, `.invalid` or `.mismatch` for ranges that do not fit, `.system`.
    package static func create(
        at directory: FilePath, identity: IndexIdentity, ranges: RangesFile?, passages: [String: Int], time: Date
    ) throws(ShardsError) -> IndexStore {
        if try exists(at: directory) { throw taken(directory) }
        var identity = identity
        identity.ranges = ranges?.fingerprint
        try check(identity, ranges: ranges, at: directory)
        let manifest = Manifest(
            generation: 1, parent: nil, created: time.wholeSeconds, committed: time.wholeSeconds, identity: identity,
            rangesDescription: ranges.map { SHA256Digest(of: $0.description) }, rangesArray: ranges?.array,
            passages: passages, shards: [],
            clippedValues: 0, quantizedValues: 0, commits: [])
        let bytes = try manifest.serialized()
        do throws(PlatformError) {
            let opened = try OpenDirectory.making(directory, mode: IndexFile.directoryMode)
            if let ranges {
                try replace(.ranges, ranges.array, in: opened)
                try replace(.rangesDescription, ranges.description, in: opened)
            }
            let file = IndexFile.manifest(1)
            let durability = try opened.publish(bytes, as: file.component, mode: IndexFile.mode, isReplacing: false)
            // Opening it makes sure that it is durable, if it exists.
            if case .unknown(let error) = durability, try opened.statusIfPresent(FilePath(file.name)) == nil {
                throw error
            }
        } catch {
            if error.cause == .fileExists { throw taken(directory) }
            throw ShardsError(error, path: error.path ?? directory)
        }
        return try open(directory, expecting: IndexExpectation(identity))
    }

    /// Writes a file that must be durable before the manifest.
    private static func replace(
        _ file: IndexFile, _ bytes: [UInt8], in directory: OpenDirectory
    ) throws(PlatformError) {
        let durability = try directory.publish(bytes, as: file.component, mode: IndexFile.mode, isReplacing: true)
        if case .unknown(let error) = durability { throw error }
    }

    private static func check(
        _ identity: IndexIdentity, ranges: RangesFile?, at directory: FilePath
    ) throws(ShardsError) {
        guard (1...Precision.maximumDimension).contains(identity.dimension),
            identity.bytesPerRow <= ShardFormat.maximumBlockByteCount
        else {
            throw ShardsError(
                .invalid, path: directory, "an index cannot have rows of \(identity.dimension) dimensions")
        }
        if let ranges {
            _ = try RangesFile.parse(
                ranges.array, dimension: identity.dimension, path: IndexFile.ranges.path(in: directory))
        } else if identity.precision.needsRanges {
            throw ShardsError(
                .invalid, path: directory,
                "precision \(identity.precision.rawValue) needs ranges: make them with `vectorspool calibrate`")
        }
    }

    private static func taken(_ directory: FilePath) -> ShardsError {
        ShardsError(.exists, path: directory, "there is already an index. Open it, or choose another directory")
    }
}

extension Date {
    /// The date in whole seconds, which manifests store, so a written date equals the one read.
    var wholeSeconds: Date {
        Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down))
    }
}
