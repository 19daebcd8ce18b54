import Foundation
import Subprocess
import Testing

/// A selection of the faults of `make test-faults`; the output shows the seed, which repeats it.
///
/// One after another, because each of them keeps both cores busy. What is tried is bounded by its number; the time only ends what hangs,
/// so a busy machine tries as much as an idle one.
@Suite(.serialized, .timeLimit(.minutes(10)))
struct FaultSelectionTests {
    @Test("failing system calls on a file's way: nothing is lost, duplicated, stuck or blamed")
    func selection() async throws {
        // The order follows from a seed, so the first points are a random selection.
        let outcome = try await CommandLineTool("vectorspool-faults")(
            "--part", "points", "--points", "500", "--minutes", "2")
        #expect(outcome.status == .exited(0), "\(outcome.text)\(outcome.error)")
        #expect(
            outcome.text.contains("\nlost 0\ntwice 0\nstuck 0\nunreadable 0\nblamed 0\nended 0\n"), "\(outcome.text)")
        #expect(try #require(Self.number(after: "reached ", in: outcome.text)) > 50, "\(outcome.text)")
    }

    @Test(
        "power cuts and random actions: nothing is lost, duplicated, stuck or blamed",
        arguments: [("cuts", "power cuts "), ("image", "power cuts of an ext4 image "), ("model", "random actions ")])
    func simulations(part: String, title: String) async throws {
        let outcome = try await CommandLineTool("vectorspool-faults")(
            "--part", part, "--minutes", "2", "--cuts", "40", "--machines", "4")
        #expect(outcome.status == .exited(0), "\(outcome.text)\(outcome.error)")
        if part == "image", outcome.text.contains("skipped, because ") { return }
        #expect(
            outcome.text.contains("\nlost 0, twice 0, stuck 0, unreadable 0, blamed 0, ended 0\n"), "\(outcome.text)")
        #expect(try #require(Self.number(after: title, in: outcome.text)) > 10, "\(outcome.text)")
    }

    @Test("a disk that lies about fsync loses files, and that is found out")
    func lyingDisk() async throws {
        // An even seed: its producers have their files on the disk.
        let outcome = try await CommandLineTool("vectorspool-faults")(
            "--part", "cuts", "--minutes", "2", "--cuts", "40", "--seed", "2", "--lying")
        #expect(outcome.status == .exited(1), "\(outcome.text)\(outcome.error)")
        #expect(try #require(Self.number(after: "\nlost ", in: outcome.text)) > 0, "\(outcome.text)")
    }

    /// The first number that follows a text.
    private static func number(after title: String, in text: String) -> Int? {
        guard let range = text.range(of: title) else { return nil }
        return Int(text[range.upperBound...].prefix { $0.isNumber })
    }
}
