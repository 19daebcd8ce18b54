extension Ranges {
    /// The dimensions that carry no information: those whose range is zero, or less than a millionth of the median range.
    ///
    /// all-MiniLM-L6-v2 has three, 127, 223 and 319, which hold noise of about 1e-33. Their codes are as random as the
    /// noise; a scorer that knows the step gives them no weight.
    package var deadDimensions: [Int] {
        let extents = zip(minima, maxima).map { Double($1) - Double($0) }
        let ascending = extents.sorted()
        let middle = ascending.count / 2
        let median = ascending.count % 2 == 1 ? ascending[middle] : (ascending[middle - 1] + ascending[middle]) / 2
        return extents.indices.filter { extents[$0] == 0 || extents[$0] < 1e-6 * median }
    }
}
