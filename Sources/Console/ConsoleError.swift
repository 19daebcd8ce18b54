import Platform

/// Why a command cannot do what it was asked to.
struct ConsoleError: ExitCoded, CustomStringConvertible {
    /// What kind of failure it is.
    enum Code: Sendable, Hashable {
        /// A file that was given does not hold what it should.
        case input
        /// Something that should be there is not.
        case missingInput
    }

    let code: Code
    /// What happened, to which file, and what to do.
    let message: String
    let cause: (any Error)? = nil

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { message }

    var exitCode: Int32 {
        switch code {
        case .input: ExitStatus.badData
        case .missingInput: ExitStatus.missingInput
        }
    }
}
