import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Files that belong to somebody else: the command that the status names mends it.
@Suite("blocked files", .enabled(if: SharedSpool.isPossible, "only root can run as several users"))
struct BlockedFilesTests {
    /// What a member of the drop group does in the inbox, and the beginning of the command that mends it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: String
        let command: String
        /// Whether the files can be read as they are, so that they are indexed where they lie.
        var isReadable = false
    }

    static let cases = [
        Case(
            testDescription: "a folder of the group, closed by the umask",
            script: "umask 022; mkdir f; echo 'a whale' > f/a.txt; echo 'a train' > f/b.txt",
            command: "chmod -R g+rwX ",
            isReadable: true),
        Case(
            testDescription: "a folder that was moved in with its own group",
            script:
                "umask 022; mkdir -p f/g; echo 'a whale' > f/g/a.txt; chgrp -R \(SharedSpool.neighbour) f; chmod -R g-s f",
            command: "chgrp -R \(SharedSpool.dropGroup) ", isReadable: true),
        Case(
            testDescription: "a folder that nobody else may list",
            script: "umask 077; mkdir 'it is'; echo 'a whale' > 'it is/a.txt'", command: "chmod -R g+rwX '"),
        Case(
            testDescription: "a file that nobody else may read", script: "umask 077; echo 'a whale' > a.txt",
            command: "chmod g+r "),
        Case(
            testDescription: "a folder whose files only their owners may move",
            script: "umask 002; mkdir f; chmod 3775 f; echo 'a whale' > f/a.txt", command: "chmod -t ",
            isReadable: true),
    ]

    private struct Page: Decodable {
        struct Listed: Decodable { let path, state, reason: String }
        struct Inbox: Decodable { let listed: [Listed] }
        let inbox: Inbox
    }

    private func asNeighbour(_ script: String, in folder: FilePath) async throws {
        let user = SharedSpool.neighbour
        let result = try await Subprocess.run(
            .path("/usr/bin/setpriv"),
            arguments: Arguments([
                "--reuid=\(user)", "--regid=\(user)", "--groups=\(SharedSpool.dropGroup)", "/bin/sh", "-c", script,
            ]), workingDirectory: folder, output: .discarded, error: .string(limit: 1 << 16))
        #expect(result.terminationStatus.isSuccess, "\(script): \(result.standardError)")
    }

    @Test("the command that mends it", .timeLimit(.minutes(10)), arguments: cases)
    func mends(given: Case) async throws {
        let shared = try await SharedSpool()
        try await asNeighbour(given.script, in: shared.inbox)
        let outcome = try await shared.once()
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.contains("indexed 0 files") == !given.isReadable, "\(outcome.text)")
        let word = given.isReadable ? "left in place: " : "cannot be taken: "
        #expect(outcome.error.components(separatedBy: word).count == 2, "one line: \(outcome.error)")
        let page = try JSONDecoder().decode(Page.self, from: Data(try shared.statusPage))
        let blocked = try #require(page.inbox.listed.first)
        #expect(blocked.state == (given.isReadable ? "left_in_place" : "blocked"))
        let end = try #require(blocked.reason.components(separatedBy: "run: ").last)
        let command = end.components(separatedBy: "; it is tried").first ?? end
        #expect(command.hasPrefix(given.command), "\(command)")
        #expect(outcome.error.contains(command), "\(outcome.error)")
        try await asNeighbour(command, in: shared.inbox)
        let next = try await shared.once()
        #expect(next.text.contains("failed 0 files"), "\(next.text)")
        #expect(!next.text.contains("left in the inbox"), "\(next.text)")
        #expect(next.text.contains("indexed 0 files") == given.isReadable, "known already: \(next.text)")
        #expect(try shared.files(below: shared.inbox).isEmpty)
        let count = try shared.documents().count
        #expect(try shared.files(below: shared.root.appending("done")).count == count)
    }

    @Test("a private file in a folder of somebody else is not taken by a daemon that can read everything")
    func isPrivate() async throws {
        let shared = try await SharedSpool()
        try await asNeighbour("umask 007; mkdir f; echo 'a whale' > f/a.txt; mkdir g", in: shared.inbox)
        for (name, user) in [("f/secret.txt", SharedSpool.attacker), ("g/mine.txt", SharedSpool.neighbour)] {
            let path = shared.inbox.pushing(FilePath(name))
            try AtomicFile.replaceVolatile(Array("a secret train".utf8), at: path)
            try await SharedSpool.run("/usr/bin/chown", "\(user):\(user)", path.string)
            try await SharedSpool.run("/usr/bin/chmod", "600", path.string)
        }
        let outcome = try await shared.once(capabilities: "+lease,+dac_read_search")
        #expect(try shared.documents() == ["f/a.txt", "g/mine.txt"], "\(outcome.error)")
        #expect(outcome.error.contains("it is private"), "\(outcome.error)")
        #expect(outcome.error.contains("vectorspool drop"), "\(outcome.error)")
    }
}
