extension Array where Element: BitwiseCopyable {
    /// The elements' memory as bytes, without a copy.
    ///
    /// For element types without padding (integers, Float); `Span.bytes` counts as not memory-safe for the others' sake.
    package var rawSpan: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            let bytes = unsafe span.bytes
            return unsafe _overrideLifetime(bytes, borrowing: self)
        }
    }
}
