import Glibc
package import SystemPackage

extension OwnedDescriptor {
    /// Opens a file for reading; the path `-` stands for standard input, as everywhere on a command line.
    package static func openForReading(_ path: FilePath) throws(PlatformError) -> OwnedDescriptor {
        guard path == "-" else { return try open(path, O_RDONLY) }
        let copy = SystemCall.open.perform(on: "standard input") { dup(STDIN_FILENO) }
        guard copy >= 0 else { throw .system("open", path: "standard input") }
        return OwnedDescriptor(adopting: copy, path: "standard input")
    }
}
