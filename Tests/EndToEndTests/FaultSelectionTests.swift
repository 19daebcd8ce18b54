import Subprocess
import Testing

/// A selection of the faults of `make test-faults`.
@Suite struct FaultSelectionTests {
    @Test(
        "failing system calls on a file's way: nothing is lost, duplicated, stuck or blamed", .timeLimit(.minutes(4)))
    func selection() async throws {
        // The order follows from a seed, which the output shows, so the first points are a random selection.
        let outcome = try await CommandLineTool("vectorspool-faults")("--points", "500", "--minutes", "2")
        #expect(outcome.status == .exited(0), "\(outcome.text)\(outcome.error)")
        #expect(
            outcome.text.contains("\nlost 0\ntwice 0\nstuck 0\nunreadable 0\nblamed 0\nended 0\n"), "\(outcome.text)")
        let counted = outcome.lines.first { $0.hasPrefix("reached ") }.flatMap { Int($0.dropFirst(8)) }
        #expect(try #require(counted) > 50, "\(outcome.text)")
    }
}
