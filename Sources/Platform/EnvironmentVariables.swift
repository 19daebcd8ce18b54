import Glibc

/// The environment that this process was started with.
package enum EnvironmentVariables {
    /// All variables whose names begin with `prefix`.
    package static func withPrefix(_ prefix: String) -> [String: String] {
        var found: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, pair[0].hasPrefix(prefix) { found[String(pair[0])] = String(pair[1]) }
            unsafe entry += 1
        }
        return found
    }
}
