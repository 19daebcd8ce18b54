import Encoding
import Shards

extension PreparedDocument {
    /// The passages as a shard keeps them: places in the file, and the text to show.
    var shardPassages: [ShardPassage] {
        passages.map { passage in
            ShardPassage(
                byteRange: passage.byteRange.lowerBound + textOffset..<passage.byteRange.upperBound + textOffset,
                lineRange: passage.lineRange, tokenCount: max(passage.tokenCount, 0),
                isTruncated: passage.isTruncated, text: Array(text[passage.byteRange]))
        }
    }
}
