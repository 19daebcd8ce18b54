import Platform

/// Why a command cannot be carried out.
struct ConsoleError: ExitCoded, CustomStringConvertible {
    /// The kind of failure.
    enum Code: Sendable, Hashable {
        /// An input file has the wrong contents.
        case input
        /// A required file is missing.
        case missingInput
        /// A file cannot be written, or the user may not do this.
        case cannotWrite
        /// No daemon answers, or it does not in time.
        case busy
        /// The configuration is refused.
        case configuration
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
        case .cannotWrite: ExitStatus.cannotWrite
        case .busy: ExitStatus.busy
        case .configuration: ExitStatus.configuration
        }
    }
}
