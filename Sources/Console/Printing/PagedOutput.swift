import Platform

/// Standard output of a command, through a pager where a person reads it on a terminal.
///
/// The pager begins with the first text, so that notes and errors before it are seen and a command that prints nothing starts
/// none. Where it cannot be started, the text goes to the terminal.
final class PagedOutput {
    private var command: PagerCommand?
    private var pager: PipedProcess?

    private init(_ command: PagerCommand?) { self.command = command }

    /// Runs what prints, and then waits for the pager to end.
    ///
    /// - Parameters:
    ///   - isPaged: whether the text may go through a pager; it never does where standard output is no terminal.
    ///   - body: prints.
    /// - Throws: what `body` throws; a `PlatformError` with cause `.brokenPipe` where a person has left the pager.
    static func with(pager isPaged: Bool, _ body: (PagedOutput) async throws -> Void) async throws {
        let output = PagedOutput(isPaged && StandardStream.output.isTerminal ? PagerCommand.chosen : nil)
        defer { output.finish() }
        try await body(output)
    }

    /// Prints `text`.
    ///
    /// - Throws: `PlatformError`; cause `.brokenPipe` where the reader has gone.
    func write(_ text: String) throws(PlatformError) {
        guard !text.isEmpty else { return }
        start()
        if pager == nil { return try StandardStream.output.write(text) }
        try pager?.write(Array(text.utf8).rawSpan)
    }

    /// Prints a note to standard error, or in the pager where that has the terminal already.
    ///
    /// - Throws: `PlatformError`; cause `.brokenPipe` where the reader has gone.
    func note(_ text: String) throws(PlatformError) {
        guard pager != nil, StandardStream.error.isTerminal else { return try StandardStream.error.write(text) }
        try pager?.write(Array(text.utf8).rawSpan)
    }

    private func start() {
        guard let command else { return }
        self.command = nil
        pager = try? PipedProcess(command.words, defaults: PagerCommand.variables)
    }

    private func finish() { pager.take()?.finish() }
}
