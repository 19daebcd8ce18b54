extension Array where Element == UInt8 {
    /// The unsigned number of `byteCount` bytes stored little-endian at `offset`; a wrong offset fails the test by trapping.
    func number(at offset: Int, byteCount: Int) -> Int {
        self[offset..<offset + byteCount].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
