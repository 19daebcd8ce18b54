import Platform

/// What decides the bytes of prepared weights: those of one identity can be exchanged for one another.
struct PreparedWeightsIdentity: Sendable {
    /// The name of the file that holds them.
    let name: String
    /// SHA-256 over everything that decides them.
    let digest: SHA256Digest

    /// The identity of a model's weights on this machine; nil where oneDNN does not say how it lays them out.
    ///
    /// - Parameter model: the SHA-256 of the model's file.
    init?(model: SHA256Digest, _ configuration: ModelConfiguration, _ compute: Compute, _ layouts: MatrixLayouts) {
        guard let layoutFacts = layouts.facts else { return nil }
        let facts =
            [
                "vectorspool prepared weights \(PackedWeights.Packer.version)", "model \(model)",
                "compute \(compute.rawValue)",
                // The same weights under another config.json are another model.
                "layers \(configuration.layers) width \(configuration.width) heads \(configuration.heads)",
                "inner \(configuration.innerWidth) positions \(configuration.positions)",
                "token types \(configuration.tokenTypes)",
            ] + (compute == .int8 ? [Self.calibration(configuration)] : []) + layoutFacts
        digest = SHA256Digest(of: Array(facts.joined(separator: "\n").utf8))
        name =
            "\(PreparedWeightsFile.namePrefix)\(model.hexadecimal.prefix(12))-\(compute.rawValue)-"
            + "\(digest.hexadecimal.prefix(16)).prepared"
    }

    /// What the channels' sizes depend on besides: the model runs to measure them.
    private static func calibration(_ configuration: ModelConfiguration) -> String {
        "calibrated with length \(ChannelSmoothing.length(configuration)) epsilon \(configuration.epsilon)"
    }
}
