extension UInt8 {
    /// Whether the byte is ASCII white space: space, tab, line feed, vertical tab, form feed, carriage return.
    ///
    /// This is the only definition. It is inlined into other modules, so the passage loops are as fast as with their
    /// own. JSON allows less white space, see `JSONScanner`.
    @inlinable package var isASCIISpace: Bool { self == 0x20 || self &- 0x09 < 5 }
}
