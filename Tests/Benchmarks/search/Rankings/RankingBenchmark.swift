import ArgumentParser

/// Makes an index of given vectors and texts, and times rankings in it: our side of `make bench-search`.
///
/// The peers work in a process that stays, so this one times searches without start and without encoding, too. Whole processes
/// are timed with `vectorspool search`.
@main
struct RankingBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectorspool-rankings",
        abstract: "Make an index of given vectors and texts, and time rankings in it.",
        subcommands: [ForgeCommand.self, TimeCommand.self])
}
