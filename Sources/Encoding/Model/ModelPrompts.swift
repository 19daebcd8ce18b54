/// The texts that a model wants before what it encodes, as sentence-transformers puts them there.
///
/// They stand directly before the text and are tokenized with it. Only the encoder reads them: no prompt becomes a term, and none
/// is in a stored passage. Source: sentence-transformers 5.1, `SentenceTransformer.encode_query` and `encode_document`.
package struct ModelPrompts: Sendable, Equatable {
    /// What stands before a query.
    package var query = ""
    /// What stands before a passage of a document.
    package var document = ""
    /// What stands before a text of which nothing is known, the default of the folder.
    package var text = ""

    /// No prompts.
    package init() {}

    /// Whether any is there.
    package var isEmpty: Bool { query.isEmpty && document.isEmpty && text.isEmpty }

    /// What they add to the identity of an encoder: nothing where there are none, so that models without keep theirs.
    var identity: [String] {
        [("query", query), ("document", document)].filter { !$0.1.isEmpty }.map { name, prompt in
            "\(name) prompt \(prompt)"
        }
    }
}

/// `config_sentence_transformers.json`.
struct PromptsFile: Decodable {
    let prompts: [String: String]?
    let default_prompt_name: String?

    /// The prompts that the file names.
    ///
    /// - Parameter path: the file, for messages.
    /// - Returns: the prompts.
    /// - Throws: `EncodingError` of code `.malformed` for a default that the file does not have.
    func read(_ path: String) throws(EncodingError) -> ModelPrompts {
        let prompts = prompts ?? [:]
        var found = ModelPrompts()
        if let name = default_prompt_name {
            guard let prompt = prompts[name] else {
                throw EncodingError(
                    .malformed, path: path, "default_prompt_name is \(name), and prompts has no such name")
            }
            found.text = prompt
        }
        found.query = prompts["query"] ?? found.text
        found.document = ["document", "passage", "corpus"].lazy.compactMap { prompts[$0] }.first ?? found.text
        return found
    }
}
