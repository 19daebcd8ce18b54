import ArgumentParser
struct VerifyCommand: AsyncParsableCommand {}
