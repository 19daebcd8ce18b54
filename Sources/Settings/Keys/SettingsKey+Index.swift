import Indexing
import Ingest
import Lexicon
import Quantization

extension SettingsKey {
    package static let indexDirectory = SettingsKey(
        "index.directory", type: .path, path: \.ingest.indexing.indexDirectory, isFixed: true,
        example: "/var/lib/vectorspool/index", defaultNote: "the folder index in the spool",
        help: "The folder of shards and manifests, which `vectorspool search --index` reads.")

    package static let ranges = SettingsKey(
        "index.ranges", type: .path, path: \.ingest.indexing.ranges, isFixed: true, defaultNote: "empty",
        help: """
            The float range over which the 8-bit codes of each dimension are spread, as a .npy file of shape
            (2, dimension). An index keeps a copy and never changes its ranges. Empty: the ranges shipped for the
            default model; for another model the two keys below control the calibration from the first passages.
            """)

    static let indexKeys: [SettingsKey] = [
        indexDirectory,
        SettingsKey(
            "index.precision", type: .word, path: \.ingest.indexing.precision, isFixed: true,
            help: """
                The stored form of an embedding: float32, int8, uint8, binary or ubinary, as sentence-transformers calls
                them. An index never changes its precision. Bytes per passage with the default model: 1536, 384, 384,
                48, 48.
                """),
        SettingsKey(
            "index.language", type: .word, path: \.ingest.indexing.language, isFixed: true,
            help: """
                The language whose words are found in all their forms: english, german and the others of Snowball, or none
                for texts in several languages. An index never changes its language.
                """),
        SettingsKey(
            "index.codes", type: .word, path: \.ingest.indexing.codes, isFixed: true,
            help: """
                raw: codes are scanned in place in the file.

                compressed: about 8 % smaller and far slower to search, for archives.
                """),
        ranges,
        SettingsKey(
            "index.calibrationPassages", type: .whole(2...10_000_000), path: \.ingest.indexing.calibrationPassages,
            isFixed: true,
            help: """
                Without ranges: calibrate from this many passages, or from fewer when the inbox becomes idle. Nothing is
                committed before.
                """),
        SettingsKey(
            "index.calibrationMargin", type: .number(0...10), path: \.ingest.indexing.calibrationMargin, isFixed: true,
            help: """
                Without ranges: widen each range by this share, half of it on each side, because later text exceeds the
                range of the first passages.
                """),
    ]
}
