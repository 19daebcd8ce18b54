import ArgumentParser
struct InfoCommand: AsyncParsableCommand {}
