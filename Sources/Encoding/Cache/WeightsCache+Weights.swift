import Platform
import SystemPackage

extension WeightsCache {
    /// The prepared weights of an identity; nil when there are none that can be believed.
    func weights(_ identity: PreparedWeightsIdentity) -> WeightArrays? {
        guard let descriptor = open(identity.name), let file = try? MappedFile(descriptor) else { return nil }
        file.populate()
        return PreparedWeightsFile.read(SharedMapping(file), identity)
    }

    /// Keeps prepared weights for the next start, and makes room by removing what is out of use.
    ///
    /// Two processes that do it at the same time each write a whole file of the same bytes; the later name stays.
    ///
    /// - Parameter model: the file that they were made from.
    /// - Returns: whether they are kept: without room, or the right to write, the next start packs again.
    func keep(_ arrays: WeightArrays, _ identity: PreparedWeightsIdentity, of model: SafeTensors) -> Bool {
        guard prepareForWriting() else { return false }
        defer { removeUnused() }
        do throws(PlatformError) {
            let file = try PendingFile(directory.appending(identity.name))
            guard try PreparedWeightsFile.write(arrays, identity, into: file),
                // Somebody may have written to the model while it was packed.
                try FileStatus.followingLinks(model.path).isSameVersion(as: model.status)
            else { return false }
            try file.publishVolatile()
            return true
        } catch {
            return false
        }
    }
}

extension PackedWeights {
    /// Takes the weights that an earlier start prepared, or packs them and keeps them for the next one.
    ///
    /// - Parameter model: the SHA-256 of the model's file, by which a cache knows its weights.
    /// - Throws: `EncodingError` naming the tensor that is missing or of the wrong shape or type.
    static func load(
        _ file: SafeTensors, _ configuration: ModelConfiguration, _ compute: Compute, model: SHA256Digest?,
        _ cache: WeightsCache?
    ) throws(EncodingError) -> PackedWeights {
        let layouts = try MatrixLayouts(configuration, compute)
        let identity = model.flatMap { PreparedWeightsIdentity(model: $0, configuration, compute, layouts) }
        func kept() -> PackedWeights? {
            guard let cache, let identity, let arrays = cache.weights(identity) else { return nil }
            return try? PackedWeights(file, configuration, compute, layouts, arrays)
        }
        func packed() throws(EncodingError) -> WeightArrays {
            defer { CurrentProcess.returnFreedMemory() }
            return try Packer.arrays(file, configuration, compute, layouts)
        }
        if let weights = kept() { return weights }
        var arrays = try packed()
        if let cache, let identity, cache.keep(arrays, identity, of: file) {
            // Used from the file even now: its memory is shared with every process to come.
            arrays = WeightArrays()
            CurrentProcess.returnFreedMemory()
            if let weights = kept() { return weights }
            arrays = try packed()
        }
        return try PackedWeights(file, configuration, compute, layouts, arrays)
    }
}
