import Console
import Foundation
import Identity
import Inspection
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("The output of index inspection is safe for a terminal")
struct ExitTests {
    private static let style = Style(isColoured: false, columns: 80)

    @Test("findings and orphans of a verification", arguments: HostileText.samples)
    func verification(text: String) throws {
        var report = VerificationReport()
        report.orphans = [text]
        #expect(HostileText.faults(in: report.summary(Self.style).utf8, allowed: [0x0A]) == [])
        report.findings = [VerificationFinding(file: text, section: text, offset: 1, text)]
        let failures = report.failures(in: text)
        #expect(HostileText.faults(in: failures.utf8, allowed: [0x0A]) == [])
        #expect(failures.utf8.count { $0 == 0x0A } == 2)
        #expect(HostileText.faults(in: report.json.utf8, allowed: [0x0A]) == [])
    }

    @Test("the model in a manifest", arguments: HostileText.samples)
    func information(text: String) throws {
        let scratch = try ScratchDirectory()
        let identity = IndexIdentity(
            model: ModelIdentity(
                name: text, dimension: 8, weights: SHA256Digest(of: [1]), encoder: SHA256Digest(of: [2]), compute: text),
            precision: .float32, ranges: nil)
        let directory = scratch.path.appending("index")
        _ = try IndexStore.create(
            at: directory, identity: identity, ranges: nil, passages: [text: 1], time: Date(timeIntervalSince1970: 0))
        let manifest = try FileContents.read(directory.appending("manifest-1.json"))
        #expect(HostileText.faults(in: manifest) == [])
        let summary = IndexSummary(try Snapshot.open(directory))
        #expect(summary.modelName == text)
        #expect(HostileText.faults(in: summary.json.utf8, allowed: []) == [])
        #expect(HostileText.faults(in: summary.table(Self.style).utf8, allowed: [0x0A]) == [])
    }

    @Test("errors that name a file of an index", arguments: HostileText.names)
    func errors(name: [UInt8]) throws {
        let path = try #require(FilePath(bytes: Array("/".utf8) + name))
        let error = #expect(throws: ShardsError.self) { try Snapshot.open(path) }
        let text = error.map { "\($0)" } ?? ""
        #expect(!text.isEmpty)
        #expect(HostileText.faults(in: text.utf8, allowed: []) == [])
    }
}
