import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Users' cases that are about names, limits of the machine, and what the programs say.
@Suite("Users' cases: names, limits and reports", .timeLimit(.minutes(10)))
struct UserCasesOfTheMachineTests {
    private let spool: CaseSpool

    init() throws {
        spool = try CaseSpool()
    }

    /// Whether this user may make namespaces, in which root's limits and mounts are their own.
    private static func canUnshare(_ options: String) async -> Bool {
        let result = try? await Subprocess.run(
            .path(unshare), arguments: [options, "/bin/true"], output: .discarded, error: .discarded)
        return result?.terminationStatus.isSuccess ?? false
    }

    private static let unshare: FilePath = "/usr/bin/unshare"

    // MARK: - Names

    /// Texts that are legal in names, and characters that no check of UTF-8 stops.
    private static let names = HostileText.names.filter { $0.count < 60 } + [Array("n\u{202E}txt.exe".utf8)]

    @Test("case 24 bidi in names: no page, log, sidecar, journal or output has a control or format character raw")
    func hostileNames() async throws {
        for (number, name) in Self.names.enumerated() {
            // Good ones, some of whose texts are hostile too, failing ones, and ignored ones.
            for (suffix, text) in [
                (".txt", "a whale \(HostileText.samples[number % 20])\n"), (".exe", "x"), ("~", "x"),
            ] {
                let component = try #require(FilePath.Component(bytes: name + Array("\(number)\(suffix)".utf8)))
                try AtomicFile.replaceVolatile(Array(text.utf8), at: spool.inbox.appending(component))
            }
        }
        let run = try await spool.once(65)
        #expect(HostileText.faults(in: run.output) == [])
        #expect(HostileText.faults(in: run.error.utf8) == [])
        for folder in ["failed", "journal", ".runtime"].map({ spool.root.appending($0) }) {
            for entry in try Directory.entries(of: folder)
            where !entry.name.bytes.suffix(4).elementsEqual(".exe".utf8) && entry.kind != .directory {
                let page = try FileContents.read(folder.appending(entry.name))
                #expect(HostileText.faults(in: page) == [], "\(folder) \(entry.name)")
            }
        }
        for command in ["failed", "log", "status", "search whale -k 99", "explain n\u{202E}txt.exe26.txt"] {
            for format in ["", " --json"] {
                let words = (command + format).split(separator: " ").map(String.init)
                let outcome = try await CommandLineTool.search.run(
                    words,
                    variables: [
                        "VECTORSPOOL_SPOOL_DIRECTORY": spool.root.string,
                        "VECTORSPOOL_MODEL_DIRECTORY": SampleFiles.model.string,
                    ])
                #expect(HostileText.faults(in: outcome.output) == [], "\(words)")
                #expect(HostileText.faults(in: outcome.error.utf8) == [], "\(words)")
            }
        }
    }

    @Test(
        "case 30 tilde: '~' or a variable at the start of a path is refused by the name of its place, and nothing is made",
        arguments: [
            ["--config", "tilde.yaml"], ["--config", "tilde.yaml", "--check-config"], ["--spool", "~/spool"],
            ["--spool", "~somebody/spool"], ["--spool", "$HOME/spool"], ["--spool", "${HOME}/spool"],
            ["--spool", "s", "--index", "~/index"], ["--spool", "s", "--ranges", "~/ranges.npy"],
        ])
    func tilde(arguments: [String]) async throws {
        let folder = spool.scratch.path
        try Directory.copyTree(CaseSpool.input("30-tilde/tilde.yaml"), to: folder.appending("tilde.yaml"))
        let before = try Directory.entries(of: folder).map(\.name)
        let model = SampleFiles.model.string
        let outcome = try await CommandLineTool.daemon.shell(
            "cd \"$1\"; shift; HOME=$PWD exec \"$0\" --once --model \"$@\"", [folder.string, model] + arguments)
        expectFailure(outcome, 78, naming: "not expanded here; give the whole path")
        #expect(try Directory.entries(of: folder).map(\.name) == before)
    }

    @Test("case 62 unexplained: the status counts what stays and names it, and explain gives each one's reason")
    func unexplained() async throws {
        for name in [".hidden.txt", "notes.txt~"] { try spool.drop("62-ignored-unexplained/" + name) }
        try spool.write("", as: "later.txt")
        try SpecialFiles.makeLink(to: "later.txt", at: spool.inbox.appending("link.txt"))
        let run = try await spool.once()
        #expect(run.text.contains("left in the inbox, ignored: 2\n"), "\(run.text)")
        let status = try await spool.command("status").text
        #expect(status.contains(", 2 ignored"), "\(status)")
        for (name, word, reason) in [
            (".hidden.txt", "ignored", "the pattern .* of spool.ignore"),
            ("notes.txt~", "ignored", "pattern *~ of the built-in list"), ("later.txt", "empty", "waiting"),
            ("link.txt", "left alone", "a link"),
        ] {
            let line = status.split(separator: "\n").first { $0.hasPrefix("\(word): \(name): ") }
            #expect(line?.contains(reason) == true, "\(status)")
        }
        for (name, pattern) in [(".hidden.txt", ".*"), ("notes.txt~", "*~")] {
            let explained = try await spool.command("explain", name)
            #expect(explained.text.hasPrefix("\(name): ignored: "), "\(explained.text)")
            #expect(explained.text.contains("pattern \(pattern) of"), "\(explained.text)")
        }
    }

    // MARK: - Limits

    @Test(
        "case 25 watch limit: what cannot be watched is polled from the first moment, and the status says why",
        .enabled("this user may not make a user namespace") { await canUnshare("-Ur") })
    func watchLimit() async throws {
        let folders = (1...5).map { "d\($0)" }
        for folder in folders { try Directory.create(spool.inbox.appending(folder)) }
        let limited = [
            Self.unshare.string, "-Ur", "/bin/sh", "-c",
            "echo 2 > /proc/sys/user/max_inotify_watches; exec \"$0\" \"$@\"",
        ]
        try await spool.withDaemon(limited, ["VECTORSPOOL_SPOOL_RESCAN_SECONDS": "3600"]) { [spool] in
            let page = spool.root.appending(".runtime/status.json")
            try await spool.wait { (try? spool.text(page).contains("\"polling\"")) ?? false }
            // Before the next scan of everything, which comes after an hour.
            for folder in folders { try spool.write("A note of \(folder).", as: folder + "/n.txt") }
            try await spool.wait { try spool.files(in: spool.done).count == folders.count }
            let status = try await spool.command("status").text
            #expect(status.contains("; polled: the limit of folders that the kernel watches is reached"), "\(status)")
        }
        let log = try spool.text(spool.log)
        #expect(
            log.contains("the kernel watches no more directories, so the inbox is polled every 2.0 seconds"), "\(log)")
    }

    @Test(
        "case 27 full disk: status says since when and why it waits, drop and flush what is full, and none an inner name",
        .enabled("this user may not mount") { await canMount() })
    func fullDisk() async throws {
        let script = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .appending("Fixtures/cases/27-full-disk-status/full-disk.sh")
        let result = try await Subprocess.run(
            .path(Self.unshare),
            arguments: Arguments(
                ["-Urm", "/bin/sh", script.string, try CommandLineTool.daemon.path.string]
                    + [try CommandLineTool.search.path.string] + spool.arguments),
            environment: DaemonProcess.environment.updating([
                "VECTORSPOOL_MODEL_DIRECTORY": nil, "SPOOL": spool.root.string,
            ]),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(result.terminationStatus == .exited(0), "\(result.standardError)")
        let text = result.standardOutput
        #expect(text.contains("Waiting for the system since 20"), "\(text)")
        #expect(text.contains("committing: the disk of \(spool.root.appending("index")) is full, free some space"))
        let source = spool.root.removingLastComponent().appending("big.txt")
        #expect(
            text.contains("the disk of \(spool.inbox) is full, so \(source) and what follows it were not handed over"),
            "\(text)")
        #expect(text.contains("the disk of \(spool.root.appending("requests")) is full"), "\(text)")
        #expect(text.contains("drop: 73\nflush: 73\n"), "\(text)")
        #expect(text.contains("Not running: process "), "a page of a killed daemon is never today's: \(text)")
        #expect(!text.contains(".tmp") && !text.contains("dropping-"), "\(text)")
        #expect(text.contains("indexed 1 file:"), "nothing is lost: \(text)")
    }

    @Test("a read-only inbox is called that", .enabled("this user may not mount") { await canMount() })
    func readOnly() async throws {
        let script =
            "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && exec \"$0\" drop --spool \"$1\" /etc/passwd"
        let result = try await Subprocess.run(
            .path(Self.unshare),
            arguments: Arguments([
                "-Urm", "/bin/sh", "-c", script, try CommandLineTool.search.path.string, spool.root.string,
            ]), output: .discarded, error: .string(limit: 1 << 16))
        #expect(result.terminationStatus == .exited(73), "\(result.standardError)")
        #expect(
            result.standardError.contains("the file system of \(spool.inbox) is read-only"), "\(result.standardError)")
    }

    private static func canMount() async -> Bool {
        let result = try? await Subprocess.run(
            .path(unshare), arguments: ["-Urm", "/bin/mount", "-t", "tmpfs", "none", "/mnt"], output: .discarded,
            error: .discarded)
        return result?.terminationStatus.isSuccess ?? false
    }
}
