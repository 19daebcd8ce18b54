import Foundation
package import SystemPackage

/// Makes special files in a directory.
package enum SpecialFiles {
    /// Makes a symbolic link.
    package static func makeLink(to target: String, at path: FilePath) throws {
        try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
    }

    /// Makes a named pipe.
    package static func makePipe(at path: FilePath) throws {
        guard unsafe mkfifo(path.string, 0o644) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
