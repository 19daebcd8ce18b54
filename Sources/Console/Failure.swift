import ArgumentParser
import Encoding
import Maintenance
import NumPy
import Platform
import Quantization
import Search
import Shards
import SystemPackage
import Text

/// An error of the libraries at the end of a command: a message for standard error and an exit code.
///
/// The codes are those of `sysexits.h`, so scripts can distinguish bad data from a full disk.
struct Failure {
    let message: String
    let status: ExitCode

    /// Converts an error; nil for errors of the argument parser.
    init?(_ error: any Error) {
        let status: Int32
        switch error {
        case let error as PlatformError:
            // The reader of a pipe, such as `head`, has closed it and needs no more.
            if error.cause == .brokenPipe {
                self.init(message: "", status: .success)
                return
            }
            status = Self.status(error)
        case let error as EncodingError: status = Self.status(error.code)
        case let error as ShardsError: status = Self.status(error)
        case let error as QuantizationError: status = error.code == .invalidMargin ? 64 : 65
        case let error as SearchError: status = error.code == .filter ? 64 : ExitStatus.badData
        case let error as MaintenanceError: status = Self.status(error.code)
        case is NumPyError: status = ExitStatus.badData
        case let error as any ExitCoded: status = error.exitCode
        default: return nil
        }
        self.init(message: TerminalText.visible("\(error)"), status: ExitCode(status))
    }

    private init(message: String, status: ExitCode) {
        self.message = message
        self.status = status
    }

    private static func status(_ error: PlatformError) -> Int32 {
        switch error.code {
        case .busy: 75
        case .corrupt, .tooLarge: 65
        case .system: error.isAboutWriting ? 73 : 66
        }
    }

    private static func status(_ code: MaintenanceError.Code) -> Int32 {
        switch code {
        case .mismatch: ExitStatus.configuration
        case .conflict: ExitStatus.badData
        case .target: ExitStatus.cannotWrite
        }
    }

    private static func status(_ code: EncodingError.Code) -> Int32 {
        switch code {
        case .missingFile: 66
        case .malformed, .unsupported, .input: 65
        case .unavailable: 78
        case .system, .closed: 75
        }
    }

    private static func status(_ error: ShardsError) -> Int32 {
        switch error.code {
        case .system: error.cause.map { status($0) } ?? 66
        case .notFound: 66
        case .exists: 73
        case .mismatch: 78
        case .conflict: 75
        case .corrupt, .unsupported, .invalid: 65
        }
    }
}

extension PlatformError {
    /// Whether writing failed, as opposed to reading.
    fileprivate var isAboutWriting: Bool {
        switch cause {
        case .noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .fileTooLarge: true
        default: ["write", "create", "replace", "fsync", "close"].contains(operation) || operation.hasPrefix("rename")
        }
    }
}
