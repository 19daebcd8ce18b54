/// What is scanned of the rows of a shard.
package enum RowPlane: Sendable {
    /// Their codes.
    case codes
    /// The signs of their vectors, an eighth of the bytes of int8 codes.
    case signs
}
