/// The exit codes of `sysexits.h` that the programs end with, so that scripts can tell bad data from a full disk.
package enum ExitStatus {
    package static let badData: Int32 = 65
    package static let missingInput: Int32 = 66
    package static let cannotWrite: Int32 = 73
    package static let busy: Int32 = 75
    package static let configuration: Int32 = 78
}

/// An error that knows which exit code a program ends with when it cannot go on because of it.
package protocol ExitCoded: Error {
    var exitCode: Int32 { get }
    /// What another module said, where the error comes from there.
    var cause: (any Error)? { get }
}
