import CSnowball

/// A Snowball stemmer for UTF-8, which belongs to one thread.
@safe
struct Stemmer: ~Copyable {
    private let stemmer: OpaquePointer

    /// Makes a stemmer; nil when the library has none for the language.
    init?(_ language: Language) {
        guard let stemmer = unsafe sb_stemmer_new(language.rawValue, nil) else { return nil }
        unsafe self.stemmer = stemmer
    }

    deinit {
        unsafe sb_stemmer_delete(stemmer)
    }

    /// Replaces a folded word by its stem.
    ///
    /// A word stays as it is where its stem would be empty. The stem is scratch space of the stemmer, so this needs
    /// exclusive access.
    mutating func stem(_ word: inout [UInt8]) {
        let stem = unsafe word.withUnsafeBufferPointer { word in
            unsafe sb_stemmer_stem(stemmer, word.baseAddress, CInt(clamping: word.count))
        }
        guard let stem = unsafe stem else { return }
        let length = unsafe Int(sb_stemmer_length(stemmer))
        guard length > 0 else { return }
        word.removeAll(keepingCapacity: true)
        unsafe word.append(contentsOf: UnsafeBufferPointer(start: stem, count: length))
    }
}
