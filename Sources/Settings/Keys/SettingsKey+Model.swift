import Encoding
import Indexing
import Ingest

extension SettingsKey {
    package static let modelDirectory = SettingsKey(
        "model.directory", type: .path, path: \.ingest.indexing.modelDirectory, isFixed: true,
        example: "/usr/local/share/vectorspool/models/\(InstalledFiles.defaultModelName)",
        defaultNote: "the model that was installed with the programs",
        help: "A sentence-transformers folder with a BERT encoder.")

    static let modelKeys: [SettingsKey] = [
        modelDirectory,
        SettingsKey(
            "model.compute", type: .word(ComputeChoice.words, { ComputeChoice(word: $0) }),
            path: \.ingest.indexing.compute,
            isFixed: true,
            help: """
                The arithmetic of the model: float32, bfloat16 or auto, which is bfloat16 where the CPU supports it and
                float32 elsewhere. int8 is faster still on CPUs with VNNI and slightly less exact: it keeps 97 % of the
                ten nearest passages. An index made with int8 accepts no other vectors, and its queries are
                encoded in int8.
                """),
        SettingsKey(
            "model.workers", type: .whole(0...1024), path: \.ingest.indexing.workers, isFixed: true,
            help: "The number of threads that encode. 0 means one per core."),
        SettingsKey(
            "model.weightsCache", type: .boolean, path: \.ingest.indexing.hasWeightsCache, isFixed: true,
            help: """
                Keep the weights in the layout of the processor in a file that the next start maps. The file is in
                VECTORSPOOL_CACHE, else in the service's cache directory (/var/cache/vectorspool), else in
                ~/.cache/vectorspool. It can be deleted at any time.
                """),
    ]

    static let targetTokens = SettingsKey(
        "passages.targetTokens", type: .whole(8...100_000), path: \.ingest.indexing.targetTokens, isFixed: true,
        help: "The preferred number of tokens in a passage. The default model reads 254.")

    static let overlapTokens = SettingsKey(
        "passages.overlapTokens", type: .whole(0...99_999), path: \.ingest.indexing.overlapTokens, isFixed: true,
        help: """
            Neighbouring passages share about this many tokens, so a thought at a cut is complete in one of them. It
            must be smaller than targetTokens.
            """)

    static let passageKeys: [SettingsKey] = [
        SettingsKey(
            "passages.mode", type: .word, path: \.ingest.indexing.passageMode, isFixed: true,
            help: """
                cut: a document is cut into passages of about targetTokens, at a heading, blank line, line, sentence or
                word.

                whole: a document is one passage, and only as much of it as the model can read is encoded.
                """),
        targetTokens,
        overlapTokens,
    ]
}
