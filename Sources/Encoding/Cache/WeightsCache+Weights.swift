import Platform
import SystemPackage

extension WeightsCache {
    /// The prepared weights of an identity; nil when there are none that can be trusted.
    func weights(_ identity: PreparedWeightsIdentity) -> WeightArrays? {
        guard let descriptor = open(identity.name), let file = try? MappedFile(descriptor) else { return nil }
        file.populate()
        return PreparedWeightsFile.read(SharedMapping(file), identity)
    }

    /// Keeps prepared weights for the next start, and removes unused files to make room.
    ///
    /// Two processes that do this at the same time each write a whole file with the same bytes; the later rename wins.
    /// `model` is the file that the weights come from. Returns whether they are kept: without space or write permission
    /// the next start packs again.
    func keep(_ arrays: WeightArrays, _ identity: PreparedWeightsIdentity, of model: SafeTensors) -> Bool {
        guard prepareForWriting() else { return false }
        defer { removeUnused() }
        do throws(PlatformError) {
            let file = try PendingFile(directory.appending(identity.name))
            guard try PreparedWeightsFile.write(arrays, identity, into: file),
                // Another process may have written to the model while it was packed.
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
    /// Loads the weights that an earlier start prepared, or packs them and keeps them for the next one.
    ///
    /// `model` is the SHA-256 of the model's file, which identifies the weights in a cache. Throws `EncodingError`
    /// naming a tensor that is missing or has the wrong shape or type.
    static func load(
        _ file: SafeTensors, configuration: ModelConfiguration, compute: Compute, model: SHA256Digest?,
        cache: WeightsCache?
    ) throws(EncodingError) -> PackedWeights {
        let layouts = try MatrixLayouts(configuration, compute)
        let identity = model.flatMap {
            PreparedWeightsIdentity(model: $0, configuration, compute: compute, layouts: layouts)
        }
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
            // Use the file even now, because its memory is shared with later processes.
            arrays = WeightArrays()
            CurrentProcess.returnFreedMemory()
            if let weights = kept() { return weights }
            arrays = try packed()
        }
        return try PackedWeights(file, configuration, compute, layouts, arrays)
    }
}
