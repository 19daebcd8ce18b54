import ArgumentParser
struct StatusCommand: AsyncParsableCommand {}
