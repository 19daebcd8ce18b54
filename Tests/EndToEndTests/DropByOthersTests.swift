import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Members of the drop group with either umask, and the daemon as a user of its own.
@Suite(
    "Drops by ordinary people", .enabled(if: SharedSpool.isPossible, "only root can run as several users"),
    .timeLimit(.minutes(10)))
struct DropByOthersTests {
    private static func home(_ shared: SharedSpool) async throws -> String {
        let home = shared.scratch.path.appending("home").string
        let user = "\(SharedSpool.neighbour)"
        try await SharedSpool.run("/usr/bin/install", "-d", "-m", "700", "-o", user, "-g", user, home)
        return home
    }

    private static let make = "mkdir -p n/deep; echo 'a whale' > n/a.txt; echo 'a train' > n/deep/b.txt"

    @Test("a folder is handed over whole, taken and moved", arguments: ["022", "077", "0477", "0777"])
    func handsOver(umask: String) async throws {
        let shared = try await SharedSpool()
        let home = try await Self.home(shared)
        let outcome = try await shared.act(
            as: SharedSpool.neighbour,
            "cd \(home); \(Self.make); umask \(umask); $VECTORSPOOL drop n --move --into to; ls n")
        #expect(outcome.text.hasPrefix("Handed over 2 files"), "\(outcome.text)\(outcome.error)")
        #expect(try shared.files(below: FilePath(home)).isEmpty)
        let run = try await shared.once()
        #expect(run.text.hasPrefix("indexed 2 files"), "\(run.text)\(run.error)")
        #expect(try shared.documents() == ["to/n/a.txt", "to/n/deep/b.txt"])
        #expect(try shared.files(below: shared.inbox).isEmpty)
        #expect(try shared.files(below: shared.root.appending("done")).count == 2)
    }

    @Test("a folder that is moved in is left in place, or named with what mends it", arguments: ["022", "077"])
    func movesIn(umask: String) async throws {
        let shared = try await SharedSpool()
        let home = try await Self.home(shared)
        let outcome = try await shared.act(
            as: SharedSpool.neighbour, "umask \(umask); cd \(home); \(Self.make); mv n \(shared.inbox)")
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        let run = try await shared.once()
        #expect(try shared.files(below: shared.inbox).count == 2)
        if umask == "022" {
            #expect(try shared.documents() == ["n/a.txt", "n/deep/b.txt"], "\(run.error)")
            #expect(run.error.contains("left in place: "), "\(run.error)")
            #expect(try await shared.once().text.hasPrefix("indexed 0 files"))
        } else {
            #expect(run.text.hasPrefix("indexed 0 files"))
            #expect(run.error.contains("may not look into it; as user"), "\(run.error)")
            let explained = try await shared.act(as: SharedSpool.daemon, "$VECTORSPOOL explain n/a.txt")
            let folder = "the folder \(shared.inbox)/n belongs to user \(SharedSpool.neighbour) with mode 700"
            #expect(explained.text.hasPrefix("n/a.txt: cannot be seen: \(folder)"), "\(explained.text)")
        }
    }

    @Test("a file left in place that is forgotten stays where it is, and forgotten until somebody writes to it")
    func forgets() async throws {
        let shared = try await SharedSpool()
        let home = try await Self.home(shared)
        _ = try await shared.act(as: SharedSpool.neighbour, "umask 022; cd \(home); \(Self.make); mv n \(shared.inbox)")
        #expect(try await shared.once().text.hasPrefix("indexed 2 files"))
        let outcome = try await shared.act(as: SharedSpool.daemon, "$VECTORSPOOL forget n/a.txt")
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.hasPrefix("n/a.txt is forgotten\n"), "\(outcome.text)")
        #expect(outcome.error.hasPrefix("\(shared.inbox)/n/a.txt stays there"), "\(outcome.error)")
        #expect(outcome.error.contains("stays forgotten until"), "\(outcome.error)")
        _ = try await shared.act(as: SharedSpool.neighbour, "chmod 664 \(shared.inbox)/n/a.txt")
        #expect(try await shared.once().text.hasPrefix("indexed 0 files"))
        #expect(try shared.documents() == ["n/deep/b.txt"])
        let explained = try await shared.act(as: SharedSpool.daemon, "$VECTORSPOOL explain n/a.txt")
        #expect(explained.text.hasPrefix("n/a.txt: forgotten; it stays where it is"), "\(explained.text)")
        let again = try await shared.act(as: SharedSpool.daemon, "$VECTORSPOOL forget n/a.txt")
        #expect(again.text == "n/a.txt was forgotten already\n", "\(again.text)\(again.error)")
        _ = try await shared.act(as: SharedSpool.neighbour, "echo 'a whale' > \(shared.inbox)/n/a.txt")
        #expect(try await shared.once().text.hasPrefix("indexed 1 file:"))
        #expect(try shared.documents() == ["n/a.txt", "n/deep/b.txt"])
    }

    @Test("who may not write in the inbox is told which group to join")
    func isRefused() async throws {
        let shared = try await SharedSpool()
        // A group that has a name.
        try await SharedSpool.run("/usr/bin/chgrp", "daemon", shared.inbox.string)
        let outcome = try await shared.act(as: SharedSpool.attacker, mayDrop: false, "$VECTORSPOOL drop /etc/hostname")
        #expect(outcome.status == .exited(73))
        #expect(
            outcome.error.contains("run: sudo usermod --append --groups daemon \(SharedSpool.attacker)"),
            "\(outcome.error)")
    }

    @Test("a folder of the inbox that belongs to somebody else and is closed receives nothing, and is named")
    func closedFolder() async throws {
        let shared = try await SharedSpool()
        let home = try await Self.home(shared)
        let other = SharedSpool.attacker
        _ = try await shared.act(as: other, "umask 022; mkdir \(shared.inbox)/n")
        let script = "cd \(home); \(Self.make); $VECTORSPOOL drop n/a.txt --into n"
        let whole = try await shared.act(as: SharedSpool.neighbour, script)
        let reason = "\(shared.inbox)/n belongs to user \(other), and user \(SharedSpool.neighbour) may not write there"
        expectFailure(whole, 73, naming: "\(reason); give another folder with --into")
        // Under the same name each of its files is named, and the rest goes on.
        let joined = try await shared.act(
            as: SharedSpool.neighbour, "cd \(home); echo 3 > c.txt; $VECTORSPOOL drop n c.txt")
        expectFailure(joined, 65, naming: "n/a.txt: \(reason)")
        #expect(joined.text.hasPrefix("Handed over 1 file (2 bytes"), "\(joined.text)")
        #expect(!(whole.error + joined.error).contains("dropping-"), "no name of ours")
        #expect(try shared.files(below: shared.inbox).map(\.key.lastComponent?.string) == ["c.txt"])
    }

    @Test("a thousand files of one person in the folder of requests delay nobody else")
    func manyRequests() async throws {
        let shared = try await SharedSpool()
        let home = try await Self.home(shared)
        _ = try await shared.withDaemon {
            try await Self.waitForStatus(shared)
            let fill =
                "cd \(shared.root)/requests/droppers; for n in $(seq 2100); do echo '{\"request\":\"dance\"}' > $n.json; done; "
                + "for n in $(seq 100); do echo '{' > x$n; done"
            #expect(try await shared.act(as: SharedSpool.attacker, fill).status == .exited(0))
            let drop = try await shared.act(
                as: SharedSpool.neighbour, "cd \(home); echo 'a whale' > a.txt; $VECTORSPOOL drop a.txt --wait")
            #expect(drop.text.hasSuffix("Committed.\n"), "\(drop.text)\(drop.error)")
            // Their own are all of them others' to wait for: nothing is queued, and that is said.
            let own = try await shared.act(as: SharedSpool.attacker, "$VECTORSPOOL flush --wait --timeout 1")
            if own.status != .exited(0) { expectFailure(own, 75, naming: "no answer after 1.0 s") }
        }
        #expect(try shared.documents() == ["a.txt"])
    }

    @Test("droppers wait for their own drops and retry their own files, and nothing else")
    func requests() async throws {
        let shared = try await SharedSpool()
        let home = try await Self.home(shared)
        _ = try await shared.withDaemon {
            let (mine, other) = (SharedSpool.neighbour, SharedSpool.attacker)
            try await Self.waitForStatus(shared)
            let drop = try await shared.act(
                as: mine,
                "umask 077; cd \(home); echo 'a whale' > a.txt; printf 'bad\\377' > bad.txt; "
                    + "$VECTORSPOOL drop a.txt bad.txt --wait")
            #expect(drop.text.hasSuffix("Committed, but for 1 file.\n"), "\(drop.text)\(drop.error)")
            let foreign = try await shared.act(as: other, "$VECTORSPOOL retry bad.txt")
            #expect(foreign.status == .exited(65))
            #expect(foreign.error.contains("droppers may retry only files of their own"), "\(foreign.error)")
            let own = try await shared.act(as: mine, "$VECTORSPOOL retry bad.txt")
            #expect(own.text == "bad.txt is back in the inbox\n", "\(own.error)")
            let explained = try await shared.act(as: mine, "$VECTORSPOOL flush --wait && $VECTORSPOOL explain bad.txt")
            #expect(explained.text.contains("not valid UTF-8"), "\(explained.text)\(explained.error)")
            let pause = try await shared.act(as: mine, "$VECTORSPOOL pause")
            #expect(pause.status == .exited(73), "\(pause.text)")
        }
        #expect(try shared.documents() == ["a.txt"])
    }

    @Test("what cannot go back into a folder of somebody else is told with the command that opens it; the rest goes on")
    func retriesAll() async throws {
        let shared = try await SharedSpool()
        let script =
            "umask 022; cd \(shared.inbox); mkdir n; "
            + "printf '{\"id\":\"1\",\"text\":\"a whale\"}\\nbad\\n' > n/bl.jsonl; printf 'bad\\377' > z.txt"
        _ = try await shared.act(as: SharedSpool.neighbour, script)
        let run = try await shared.once()
        #expect(run.status == .exited(65), "\(run.error)")
        let all = try await shared.act(as: SharedSpool.daemon, "$VECTORSPOOL retry --all")
        #expect(all.status == .exited(65))
        #expect(all.text == "z.txt is back in the inbox\n", "\(all.error)")
        let folder = "the folder \(shared.inbox)/n belongs to user \(SharedSpool.neighbour) with mode"
        #expect(all.error.hasPrefix("n/bl.jsonl.bad-lines.jsonl stays in failed/: \(folder)"), "\(all.error)")
        let command = try #require(all.error.components(separatedBy: "run: ").last?.components(separatedBy: ";").first)
        let opened = try await shared.act(as: SharedSpool.neighbour, command)
        #expect(opened.status == .exited(0), "\(command): \(opened.error)")
        let again = try await shared.act(as: SharedSpool.daemon, "$VECTORSPOOL retry --all")
        #expect(again.text == "n/bl.jsonl.bad-lines.jsonl is back in the inbox\n", "\(again.error)")
    }

    @Test(
        "members of the group that may search retry the files of all, by the daemon, and are told what to do without it"
    )
    func retryOfSearcher() async throws {
        let shared = try await SharedSpool()
        _ = try await shared.act(as: SharedSpool.daemon, "umask 022; printf 'bad\\377' > \(shared.failed)/bad.txt")
        try await SharedSpool.run("/usr/bin/chmod", "2755", shared.failed.string)
        let alone = try await shared.act(as: SharedSpool.attacker, mayDrop: false, "$VECTORSPOOL retry bad.txt")
        #expect(alone.status == .exited(65))
        #expect(alone.error.contains("bad.txt stays in failed/: user \(SharedSpool.attacker) may not move files"))
        #expect(alone.error.contains("sudo -u '#\(SharedSpool.daemon)'"), "\(alone.error)")
        try await SharedSpool.run("/usr/bin/chown", ":\(SharedSpool.attacker)", "\(shared.root)/requests")
        try await SharedSpool.run("/usr/bin/chmod", "2771", "\(shared.root)/requests")
        _ = try await shared.withDaemon {
            try await Self.waitForStatus(shared)
            let asked = try await shared.act(as: SharedSpool.attacker, mayDrop: false, "$VECTORSPOOL retry bad.txt")
            #expect(asked.text == "bad.txt is back in the inbox\n", "\(asked.error)")
        }
    }

    @Test("who may only drop is told what owner and mode say, also after somebody has forgotten something")
    func explains() async throws {
        let shared = try await SharedSpool()
        _ = try await shared.act(as: SharedSpool.neighbour, "umask 002; echo 'a whale' > \(shared.inbox)/a.txt")
        #expect(try await shared.once().status == .exited(0))
        let forgotten = try await shared.act(as: SharedSpool.daemon, "$VECTORSPOOL forget a.txt")
        #expect(forgotten.status == .exited(0), "\(forgotten.error)")
        let script =
            "umask 077; echo 'a train' > \(shared.inbox)/q.txt; $VECTORSPOOL explain a.txt; "
            + "$VECTORSPOOL explain q.txt"
        let explained = try await shared.act(as: SharedSpool.neighbour, script)
        #expect(explained.error == "")
        let (mine, daemon) = (SharedSpool.neighbour, SharedSpool.daemon)
        let reason = "it belongs to user \(mine) with mode 600 and the daemon (user \(daemon)) may not read it; "
        #expect(explained.text.contains("q.txt: cannot be taken: \(reason)"), "\(explained.text)")
        let command = try #require(
            explained.text.components(separatedBy: "run: ").last?.components(separatedBy: "\n").first)
        #expect(try await shared.act(as: SharedSpool.neighbour, command).status == .exited(0), "\(command)")
        #expect(try await shared.once().status == .exited(0))
        #expect(try shared.documents() == ["q.txt"])
    }

    @Test("who may not read something hears that, and no false conclusion from it")
    func isClosed() async throws {
        let shared = try await SharedSpool()
        let mine = SharedSpool.neighbour
        _ = try await shared.withDaemon {
            try await Self.waitForStatus(shared)
            let reload = try await shared.act(as: mine, "$VECTORSPOOL reload")
            expectFailure(reload, 73, naming: "a daemon works on \(shared.root)", "sudo vectorspool reload")
            #expect(!reload.error.contains("no daemon"), "\(reload.error)")
            let doctor = try await shared.act(as: mine, "$VECTORSPOOL doctor")
            for (check, place) in [
                ("index", "index"), ("daemon", ".runtime/status.json"), ("done", "index"), ("leftovers", "work"),
            ] {
                let line = doctor.lines.first { $0.contains(" \(check) ") || $0.hasSuffix(" \(check)") } ?? ""
                #expect(
                    line.hasPrefix("closed ") && line.contains("user \(mine) may not read \(shared.root)/\(place)"),
                    "\(check): \(doctor.text)")
            }
            #expect(!doctor.text.contains("Permission denied"), "\(doctor.text)")
        }
        // Only the daemon's user and root may remove what was dropped.
        let prune = try await shared.act(as: mine, "$VECTORSPOOL prune --older-than 0d --done")
        expectFailure(prune, 73, naming: "sudo vectorspool prune --older-than 0d --done")
        let forget = try await shared.act(as: mine, "$VECTORSPOOL pause")
        expectFailure(forget, 73, naming: "find and read everybody's text, and forget documents")
    }

    private static func waitForStatus(_ shared: SharedSpool) async throws {
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            if let page = try? shared.statusPage, String(decoding: page, as: UTF8.self).contains("\"ready\"") { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the daemon is not ready")
    }
}
