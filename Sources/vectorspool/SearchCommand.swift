import ArgumentParser
struct SearchCommand: AsyncParsableCommand {}
