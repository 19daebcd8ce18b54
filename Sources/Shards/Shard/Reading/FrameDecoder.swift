import Platform
import SystemPackage

/// Decodes frames of one shard with one zstd context; an error names the section and offset of a damaged frame.
struct FrameDecoder: ~Copyable {
    private let path: FilePath
    private var decompressor: ZstandardDecompressor

    init(path: FilePath) throws(ShardsError) {
        self.path = path
        do throws(PlatformError) {
            decompressor = try ZstandardDecompressor()
        } catch {
            throw ShardsError(error, path: path)
        }
    }

    mutating func decode(
        _ frame: ShardFrame, of section: ShardSection, in file: RawSpan
    ) throws(ShardsError) -> [UInt8] {
        do throws(PlatformError) {
            return try decompressor.decompress(
                file.extracting(frame.offset..<frame.offset + frame.byteCount), byteCount: frame.decodedByteCount)
        } catch {
            throw ShardsError(
                error.code == .system ? .system : .corrupt, path: path, section: section.name, offset: frame.offset,
                cause: error,
                "the frame is damaged: restore the shard from a backup, or drop its documents again")
        }
    }
}
