/// A command whose options depend on one another.
///
/// The argument parser calls `validate()` before it looks whether anything is left that it did not understand, so a check
/// there hides the name of an unknown option; `check()` comes after parsing.
protocol CheckedCommand {
    /// Refuses what does not go together.
    ///
    /// - Throws: `ValidationError`, which ends the program with 64.
    func check() throws
}
