/// The numbers of the shard format, version 1, as in Format.md.
enum ShardFormat {
    static let version: UInt32 = 1

    /// F0: an empty zstd frame.
    static let emptyFrame: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x00, 0x01, 0x00, 0x00]

    static let frameMagic: UInt32 = 0xFD2F_B528
    static let headerMagic: UInt32 = 0x184D_2A50
    static let padMagic: UInt32 = 0x184D_2A51
    static let mappedMagic: UInt32 = 0x184D_2A52
    static let indexMagic: UInt32 = 0x184D_2A53
    static let seekTableMagic: UInt32 = 0x184D_2A5E
    static let seekTableFooterMagic: UInt32 = 0x8F92_EAB1
    /// The seek table has checksums; all other bits are zero.
    static let seekTableDescriptor: UInt8 = 0x80
    /// The low half of the XXH64 of no bytes, the checksum of skippable frames in the seek table.
    static let emptyChecksum: UInt32 = 0x51D8_E999

    static let headerTag = Array("VSPSHARD".utf8)
    static let indexTag = Array("VSPINDEX".utf8)
    static let tombstonesTag = Array("VSPTOMBS".utf8)

    /// The magic and byte count of a skippable frame.
    static let skippableHeaderByteCount = 8
    static let headerByteCount = 192
    /// The end of S0 and the start of the first section.
    static let sectionsOffset = emptyFrame.count + skippableHeaderByteCount + headerByteCount

    /// zstd's Block_Maximum_Size.
    static let maximumBlockByteCount = 131_072
    /// A text or document frame is closed before a record that would exceed this size.
    static let targetFrameByteCount = 65_536
    /// The most bytes of one record: the text of a passage, or a document with title and metadata.
    ///
    /// Readers refuse larger ones before they decode them, so a small file cannot demand much memory. The seekable
    /// format would allow 2^30. A file of 64 MiB, the default limit, needs half of this as one passage.
    static let maximumRecordByteCount = 1 << 27

    /// The most decoded bytes of a frame of text or documents: several records stay below the target, a single one may
    /// exceed it.
    static func maximumFrameByteCount(records: Int) -> Int {
        records > 1 ? targetFrameByteCount : maximumRecordByteCount
    }
    static let passagesPerFrame = 1_024
    static let maximumRowCount = Int(Int32.max)
    static let maximumSectionCount = 1_024
}
