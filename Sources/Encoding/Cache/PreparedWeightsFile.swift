import Platform

/// The file of prepared weights; <doc:PreparedWeights>, section 1, describes its bytes.
enum PreparedWeightsFile {
    /// The prefix of the names of such files.
    static let namePrefix = "weights-"
    static let tag = Array("VSPREADY".utf8)
    static let version: UInt32 = 1
    static let headerByteCount = 64
    /// The size of an array's table entry: its name, position and size.
    static let entryByteCount = 64
    static let nameByteCount = 48
    static let alignment = 64
    static let trailerByteCount = 8

    /// Whether a file name of the cache is that of prepared weights.
    static func isName(_ name: String) -> Bool { name.hasPrefix(namePrefix) && name.hasSuffix(".prepared") }

    /// The first aligned position for an array at or after an offset.
    static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }

    /// The header and the table; nil when a name is too long for the format.
    static func head(_ arrays: WeightArrays, _ identity: PreparedWeightsIdentity) -> [UInt8]? {
        var offset = headerByteCount + arrays.names.count * entryByteCount
        var table: [UInt8] = []
        for name in arrays.names {
            guard let array = arrays[name], name.utf8.count <= nameByteCount else { return nil }
            table += name.utf8
            table += repeatElement(0, count: nameByteCount - name.utf8.count)
            table.append(littleEndian: UInt64(offset))
            table.append(littleEndian: UInt64(array.byteCount))
            offset = aligned(offset + array.byteCount)
        }
        var bytes = tag
        bytes.append(littleEndian: version)
        bytes.append(littleEndian: UInt32(arrays.names.count))
        bytes.append(littleEndian: UInt64(offset + trailerByteCount))
        bytes.append(littleEndian: UInt64(0))
        bytes += identity.digest.bytes
        return bytes + table
    }

    /// Writes the whole file.
    ///
    /// Returns false when the format has no room for these arrays. Throws `PlatformError`.
    static func write(
        _ arrays: WeightArrays, _ identity: PreparedWeightsIdentity, into file: borrowing PendingFile
    ) throws(PlatformError) -> Bool {
        guard let head = head(arrays, identity) else { return false }
        var checksum = XXH64()
        checksum.update(head.rawSpan)
        try file.write(head.rawSpan)
        for name in arrays.names {
            guard let array = arrays[name] else { return false }
            let padding = [UInt8](repeating: 0, count: aligned(array.byteCount) - array.byteCount)
            array.withBytes { checksum.update($0) }
            checksum.update(padding.rawSpan)
            try array.withBytes { (bytes) throws(PlatformError) in try file.write(bytes) }
            try file.write(padding.rawSpan)
        }
        var trailer: [UInt8] = []
        trailer.append(littleEndian: checksum.finish())
        try file.write(trailer.rawSpan)
        return true
    }

    /// The arrays of a mapped file; nil when it is damaged, truncated, or has another identity.
    static func read(_ mapping: SharedMapping, _ identity: PreparedWeightsIdentity) -> WeightArrays? {
        let bytes = mapping.bytes
        let end = bytes.byteCount - trailerByteCount
        guard end >= headerByteCount, bytes.array(0..<8) == tag,
            bytes.littleEndian(UInt32.self, at: 8) == version,
            let count = bytes.littleEndian(UInt32.self, at: 12),
            bytes.littleEndian(UInt64.self, at: 16) == UInt64(bytes.byteCount),
            bytes.littleEndian(UInt64.self, at: 24) == 0,
            bytes.array(32..<64) == identity.digest.bytes,
            Int(count) <= (end - headerByteCount) / entryByteCount,
            bytes.littleEndian(UInt64.self, at: end) == XXH64.digest(of: bytes.extracting(0..<end))
        else { return nil }
        var arrays = WeightArrays()
        for entry in 0..<Int(count) {
            let start = headerByteCount + entry * entryByteCount
            guard let name = bytes.array(start..<start + nameByteCount)?.prefix(while: { $0 != 0 }),
                let offset = bytes.littleEndian(UInt64.self, at: start + nameByteCount),
                let size = bytes.littleEndian(UInt64.self, at: start + nameByteCount + 8),
                size <= UInt64(end), offset <= UInt64(end) - size,
                let array = WeightArray(mapping, Int(offset)..<Int(offset + size))
            else { return nil }
            arrays.add(String(decoding: name, as: UTF8.self), array)
        }
        return arrays
    }
}

/// Identifies the bytes of prepared weights: files of one identity are interchangeable.
struct PreparedWeightsIdentity: Sendable {
    /// The name of the file.
    let name: String
    /// SHA-256 of everything that determines the bytes.
    let digest: SHA256Digest

    /// Identifies a model's weights on this machine; nil when oneDNN does not say how it lays them out.
    ///
    /// `model` is the SHA-256 of the model's file.
    init?(model: SHA256Digest, _ configuration: ModelConfiguration, compute: Compute, layouts: MatrixLayouts) {
        guard let layoutFacts = layouts.facts else { return nil }
        let facts =
            [
                "vectorspool prepared weights \(PackedWeights.Packer.version)", "model \(model)",
                "compute \(compute.rawValue)",
                // The same weights with another config.json are another model.
                "layers \(configuration.layers) width \(configuration.width) heads \(configuration.heads)",
                "inner \(configuration.innerWidth) positions \(configuration.positions)",
                "token types \(configuration.tokenTypes)",
            ] + (compute == .int8 ? [Self.calibration(configuration)] : []) + layoutFacts
        digest = SHA256Digest(of: Array(facts.joined(separator: "\n").utf8))
        name =
            "\(PreparedWeightsFile.namePrefix)\(model.hexadecimal.prefix(12))-\(compute.rawValue)-"
            + "\(digest.hexadecimal.prefix(16)).prepared"
    }

    /// What else the channel sizes depend on, because running the model measures them.
    private static func calibration(_ configuration: ModelConfiguration) -> String {
        "calibrated with length \(ChannelSmoothing.length(configuration)) epsilon \(configuration.epsilon)"
    }
}
