/// Sums of the sizes of files.
extension Int {
    /// Adds a size; the sum ends at the largest number.
    ///
    /// A file with holes may say that it has as many bytes as a number can count, and two of them more.
    package mutating func add(size: Int) {
        let (sum, isOver) = addingReportingOverflow(size)
        self = isOver ? .max : sum
    }
}
