import Platform
import Subprocess
import SystemPackage
import TestSupport

/// An image of an ext4 file system that is mounted through a loop device.
struct LoopMount: Sendable {
    let image: FilePath
    let folder: FilePath

    /// Small, because it is copied at every step; the journal takes a quarter.
    private static let size = 16 << 20
    private static let attempts = 100

    /// Why no image can be mounted here; nil when it can.
    static var obstacle: String? {
        get async {
            guard CurrentProcess.user == 0 else { return "only root may mount an image" }
            let scratch = FilePath("/tmp/vectorspool-image-\(UInt64.random(in: .min ... .max))")
            defer { try? Directory.removeTree(scratch) }
            do {
                try Directory.create(scratch)
                let image = try await make(scratch.appending("image"))
                try await mount(image, at: scratch.appending("mount")).unmount()
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// Makes the file system.
    static func make(_ image: FilePath) async throws -> FilePath {
        try OwnedDescriptor.open(image, OpenFlags.newFile).overwrite(([0] as [UInt8]).rawSpan, at: size - 1)
        try await Self.run("mkfs.ext4", ["-q", "-J", "size=4", image.string])
        return image
    }

    /// Mounts an image; what a power cut left of its journal is replayed.
    ///
    /// Nothing is written by itself for five minutes, so what is not synchronized is not on the disk.
    static func mount(_ image: FilePath, at folder: FilePath) async throws -> LoopMount {
        try Directory.create(folder)
        try await run("mount", ["-t", "ext4", "-o", "loop,commit=300", image.string, folder.string])
        return LoopMount(image: image, folder: folder)
    }

    /// Takes it away again, as soon as the last thread of a daemon has closed what it had open.
    func unmount() async throws {
        for _ in 0..<Self.attempts {
            if (try? await Self.run("umount", [folder.string])) != nil { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        try await Self.run("umount", [folder.string])
    }

    /// Copies what is on the disk now, without the zero bytes.
    func copy(to path: FilePath) throws {
        let bytes = try FileContents.read(image)
        let copy = try OwnedDescriptor.open(path, OpenFlags.fresh)
        let zeros: [UInt8] = Array(repeating: 0, count: 1 << 12)
        var start = 0
        while start < bytes.count {
            let piece = Array(bytes[start..<min(start + zeros.count, bytes.count)])
            if piece != zeros { try copy.overwrite(piece.rawSpan, at: start) }
            start += zeros.count
        }
        if let last = bytes.last { try copy.overwrite([last].rawSpan, at: bytes.count - 1) }
    }

    private static func run(_ program: String, _ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .name(program), arguments: Arguments(arguments), output: .discarded, error: .string(limit: 1 << 12))
        guard case .exited(0) = result.terminationStatus else {
            throw Trouble(.ended, "\(program) \(arguments.joined(separator: " ")): \(result.standardError)")
        }
    }
}
