extension UInt8 {
    /// Whether the byte is white space of ASCII: space, tab, line feed, vertical tab, form feed, carriage return.
    ///
    /// The one definition. It is inlined into other modules, so that the loops of the passages run as fast as with one of their
    /// own. JSON's white space is less than this, see `JSONScanner`.
    @inlinable package var isASCIISpace: Bool { self == 0x20 || self &- 0x09 < 5 }
}
