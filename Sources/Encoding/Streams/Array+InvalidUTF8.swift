extension Array where Element == UInt8 {
    /// Where the bytes stop being UTF-8; nil when all of them are.
    package var firstInvalidUTF8Offset: Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }
}
