import Indexing
import Ingest
import Quantization

extension SettingsKey {
    package static let indexDirectory = SettingsKey(
        "index.directory", .path, \.ingest.indexing.indexDirectory, isFixed: true,
        example: "/var/lib/vectorspool/index", defaultNote: "the folder index in the spool",
        help: "Where shards and manifests are written, and where `vectorspool search --index` looks.")

    package static let ranges = SettingsKey(
        "index.ranges", .path, \.ingest.indexing.ranges, isFixed: true, defaultNote: "empty",
        help: """
            The float range that each dimension's 8-bit codes are spread over, as a .npy file of shape (2, dimension).
            An index keeps a copy, and its ranges for life. Empty: the ranges shipped for the default model; another
            model is calibrated from the first passages dropped, as the two keys below say.
            """)

    static let indexKeys: [SettingsKey] = [
        indexDirectory,
        SettingsKey(
            "index.precision", .word, \.ingest.indexing.precision, isFixed: true,
            help: """
                What is stored of an embedding: float32, int8, uint8, binary or ubinary, as sentence-transformers calls
                them. An index keeps its precision for life. Bytes per passage with the default model: 1536, 384, 384,
                48, 48.
                """),
        SettingsKey(
            "index.codes", .word, \.ingest.indexing.codes, isFixed: true,
            help: """
                raw: codes are scanned where they lie in the file.

                compressed: about 8 % smaller and far slower to search, for archives.
                """),
        ranges,
        SettingsKey(
            "index.calibrationPassages", .whole(2...10_000_000), \.ingest.indexing.calibrationPassages, isFixed: true,
            help: """
                Without ranges: calibrate from this many passages, or from what there is when the inbox falls idle.
                Nothing is committed before.
                """),
        SettingsKey(
            "index.calibrationMargin", .number(0...10), \.ingest.indexing.calibrationMargin, isFixed: true,
            help: """
                Without ranges: widen each range by this share, half of it on each side, for text that goes further than
                the first passages.
                """),
    ]
}
