import Platform

/// One compressed frame, as S1 lists it.
struct ShardFrame: Sendable, Hashable {
    /// Where it begins in the file; not stored, the frames of a section follow one another.
    let offset: Int
    /// Bytes in the file.
    let byteCount: Int
    let decodedByteCount: Int
    /// The first row or document in it.
    let firstRecord: Int

    static let byteCountOfEntry = 12

    func append(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: UInt32(byteCount))
        bytes.append(littleEndian: UInt32(decodedByteCount))
        bytes.append(littleEndian: UInt32(firstRecord))
    }
}
