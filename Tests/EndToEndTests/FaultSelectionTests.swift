import Subprocess
import Testing

/// A selection of what `make test-faults` tries.
@Suite struct FaultSelectionTests {
    @Test(
        "system calls that fail on the way of a file: nothing is lost, twice, stuck or blamed", .timeLimit(.minutes(4)))
    func selection() async throws {
        // The order follows from a seed, which the output tells: the first points are a selection of all that can go wrong.
        let outcome = try await CommandLineTool("vectorspool-faults")("--points", "500", "--minutes", "2")
        #expect(outcome.status == .exited(0), "\(outcome.text)\(outcome.error)")
        #expect(
            outcome.text.contains("\nlost 0\ntwice 0\nstuck 0\nunreadable 0\nblamed 0\nended 0\n"), "\(outcome.text)")
        let counted = outcome.lines.first { $0.hasPrefix("reached ") }.flatMap { Int($0.dropFirst(8)) }
        #expect(try #require(counted) > 50, "\(outcome.text)")
    }
}
