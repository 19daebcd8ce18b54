/// Which release this is.
package enum DaemonVersion {
    package static let current = "0.1.0"
}
