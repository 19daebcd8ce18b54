/// The exit codes of `sysexits.h` that the programs use, so scripts can distinguish bad data from a full disk.
package enum ExitStatus {
    package static let badData: Int32 = 65
    package static let missingInput: Int32 = 66
    package static let cannotWrite: Int32 = 73
    package static let busy: Int32 = 75
    package static let configuration: Int32 = 78
}

/// An error that determines the exit code of the program that it stops.
package protocol ExitCoded: Error {
    var exitCode: Int32 { get }
    /// The error of another module, where it has one as its cause.
    var cause: (any Error)? { get }
}
