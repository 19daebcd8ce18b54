import Platform
package import SystemPackage
import Text

/// Where ranges come from, as `ranges.json` says; for people only, nothing depends on it.
package struct RangesOrigin: Sendable, Equatable {
    /// In words.
    package let origin: String
    /// From how many passages they were made; nil when nobody knows.
    package let passages: Int?
    /// The share that was added to each range; nil when nobody knows.
    package let margin: Double?

    package init(origin: String, passages: Int?, margin: Double?) {
        self.origin = origin
        self.passages = passages
        self.margin = margin
    }

    /// Reads the description of ranges; nil when it is not there or does not say.
    package static func read(_ path: FilePath) -> RangesOrigin? {
        guard let bytes = try? FileContents.read(path, limit: 1 << 20), String(validating: bytes, as: UTF8.self) != nil,
            let object = try? JSONLine(bytes)
        else { return nil }
        var origin: String?
        var passages: Int?
        var margin: Double?
        for member in object.members {
            switch member.name {
            case "origin": origin = try? object.string(member)
            case "passages": passages = object.integer(member).flatMap { Int($0) }
            case "margin": margin = object.number(member)
            default: break
            }
        }
        return origin.map { RangesOrigin(origin: $0, passages: passages, margin: margin) }
    }

    /// Reads what an index keeps beside its ranges.
    package static func ofIndex(_ directory: FilePath) -> RangesOrigin? {
        read(IndexFile.rangesDescription.path(in: directory))
    }

    /// One sentence without an end: what they are, from how many passages, with what margin.
    package var summary: String {
        let count =
            passages.map { ", made from \($0) passages" } ?? ", made from a number of passages that is not known"
        return origin + count + (margin.map { " with a margin of \($0)" } ?? "")
    }
}
