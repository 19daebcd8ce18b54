import Synchronization

/// Decoded frames of several shards, so that what reads rows in several steps decodes each frame once.
///
/// It holds a bounded number of bytes. When a frame does not fit any more, it drops all others.
package final class FrameCache: Sendable {
    private struct Key: Hashable {
        let shard: UInt64
        let offset: Int
    }

    private struct State {
        var frames: [Key: [UInt8]] = [:]
        var byteCount = 0
        var decodedCount = 0
    }

    private let state = Mutex(State())
    private let limit: Int

    /// Starts empty.
    ///
    /// The limit has room for the frames of a thousand hits, each with its text and tables.
    package init(limit: Int = 64 << 20) { self.limit = limit }

    /// The number of frames that were decoded, and not found here.
    package var decodedCount: Int { state.withLock { $0.decodedCount } }

    /// A frame of the shard with a checksum, decoded now where it is not here.
    func frame(
        at offset: Int, ofShard shard: UInt64, _ decode: () throws(ShardsError) -> [UInt8]
    ) throws(ShardsError) -> [UInt8] {
        let key = Key(shard: shard, offset: offset)
        if let known = state.withLock({ $0.frames[key] }) { return known }
        let frame = try decode()
        state.withLock { state in
            state.decodedCount += 1
            if state.byteCount + frame.count > limit {
                state.frames.removeAll()
                state.byteCount = 0
            }
            guard frame.count <= limit else { return }
            state.frames[key] = frame
            state.byteCount += frame.count
        }
        return frame
    }
}
