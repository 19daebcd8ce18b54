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
    /// - Returns: whether they are kept: without room, or the right to write, the next start packs again.
    func keep(_ arrays: WeightArrays, _ identity: PreparedWeightsIdentity) -> Bool {
        guard prepareForWriting() else { return false }
        defer { removeUnused() }
        do throws(PlatformError) {
            let file = try PendingFile(directory.appending(identity.name))
            guard try PreparedWeightsFile.write(arrays, identity, into: file) else { return false }
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
        func packed() throws(EncodingError) -> WeightArrays {
            defer { CurrentProcess.returnFreedMemory() }
            return try Packer.arrays(file, configuration, compute, layouts)
        }
        if let cache, let model, let identity = PreparedWeightsIdentity(model: model, configuration, compute, layouts) {
            func kept() -> PackedWeights? {
                cache.weights(identity).flatMap { try? PackedWeights(file, configuration, compute, layouts, $0) }
            }
            if let weights = kept() { return weights }
            // Used from the file even now: its memory is shared with every process to come.
            if cache.keep(try packed(), identity) {
                CurrentProcess.returnFreedMemory()
                if let weights = kept() { return weights }
            }
        }
        return try PackedWeights(file, configuration, compute, layouts, try packed())
    }
}
