import Encoding
import Indexing
import Ingest

extension SettingsKey {
    package static let modelDirectory = SettingsKey(
        "model.directory", .path, \.ingest.indexing.modelDirectory, isFixed: true,
        example: "/usr/local/share/vectorspool/models/\(InstalledFiles.defaultModelName)",
        defaultNote: "the model that was installed with the programs",
        help: "A sentence-transformers folder with a BERT encoder.")

    static let modelKeys: [SettingsKey] = [
        modelDirectory,
        SettingsKey(
            "model.compute", .word(ComputeChoice.words, { ComputeChoice(word: $0) }), \.ingest.indexing.compute,
            isFixed: true,
            help: """
                The arithmetic of the model: float32, bfloat16, or auto, which is bfloat16 where the CPU has it and
                float32 elsewhere. int8 is faster still on CPUs with VNNI, and costs a little: of the ten nearest
                passages, 97 in 100 stay. An index made with int8 takes no other vectors, and its queries are encoded in
                int8.
                """),
        SettingsKey(
            "model.workers", .whole(0...1024), \.ingest.indexing.workers, isFixed: true,
            help: "Threads that encode. 0 means one for each core."),
        SettingsKey(
            "model.weightsCache", .boolean, \.ingest.indexing.hasWeightsCache, isFixed: true,
            help: """
                Keep the weights as the processor wants them in a file, so that the next start maps it. The file lies in
                VECTORSPOOL_CACHE, else in the service's cache directory (/var/cache/vectorspool), else in
                ~/.cache/vectorspool, and can be deleted at any time.
                """),
    ]

    static let targetTokens = SettingsKey(
        "passages.targetTokens", .whole(8...100_000), \.ingest.indexing.targetTokens, isFixed: true,
        help: "Aim for this many tokens in a passage. The default model reads 254.")

    static let overlapTokens = SettingsKey(
        "passages.overlapTokens", .whole(0...99_999), \.ingest.indexing.overlapTokens, isFixed: true,
        help: """
            Neighbouring passages share about this many tokens, so that a thought on a cut is whole in one of them. It is
            smaller than targetTokens.
            """)

    static let passageKeys: [SettingsKey] = [
        SettingsKey(
            "passages.mode", .word, \.ingest.indexing.passageMode, isFixed: true,
            help: """
                cut: a document is cut into passages of about targetTokens, at a heading, blank line, line, sentence or
                word.

                whole: a document is one passage, of which only the beginning that the model can read is encoded.
                """),
        targetTokens,
        overlapTokens,
    ]
}
