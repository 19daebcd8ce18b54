import Platform

/// A SHA-256 digest as JSON has it.
struct Fingerprint: Decodable {
    let digest: SHA256Digest

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let digest = SHA256Digest(hexadecimal: text) else {
            throw ShardsError(.corrupt, "'\(text)' is not a SHA-256 of 64 hexadecimal digits")
        }
        self.digest = digest
    }
}
