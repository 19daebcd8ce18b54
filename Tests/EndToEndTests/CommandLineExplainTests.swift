import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("What became of a file, told by the commands", .timeLimit(.minutes(10)))
struct CommandLineExplainTests {
    private let scratch: ScratchDirectory
    private var spool: FilePath { scratch.path.appending("spool") }
    private var variables: [Environment.Key: String?] {
        ["VECTORSPOOL_SPOOL_DIRECTORY": spool.string, "VECTORSPOOL_MODEL_DIRECTORY": SampleFiles.model.string]
    }

    init() throws {
        scratch = try ScratchDirectory()
        // Ranges are made from the first two passages.
        try drop("other/first.txt", "one two three")
        try drop("other/second.txt", "four five six")
    }

    private func drop(_ path: String, _ bytes: [UInt8]) throws {
        let file = spool.appending("inbox").appending(path)
        try Directory.create(file.removingLastComponent())
        try AtomicFile.replaceVolatile(bytes, at: file)
    }

    private func drop(_ path: String, _ text: String) throws { try drop(path, Array(text.utf8)) }

    private func index() async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--once")
    }

    private func command(_ words: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(words, variables: variables)
    }

    @Test func `a file is explained from every place that it has had`() async throws {
        try drop("notes/sea.md", "The harbour crane lifts the boats out of the sea in October.")
        #expect(try await index().status == .exited(0))
        try drop("notes/sea.md", "The harbour crane was sold, and the boats stay in the sea.")
        #expect(try await index().status == .exited(0))
        let done = spool.appending("done").appending("notes/sea.md")
        for path in ["notes/sea.md", done.string, done.string + ":12", "./notes/../notes/sea.md"] {
            let outcome = try await command("explain", path)
            #expect(outcome.status == .exited(0), "\(outcome.error)")
            #expect(outcome.text.hasPrefix("notes/sea.md: indexed: 1 document, 2 passages, generation 3\n"))
            #expect(outcome.text.contains("original      \(done)"))
            #expect(outcome.text.contains("older version"))
            #expect(
                outcome.text.contains("indexed: 1 document, 2 passages added in place of 1 document"), "\(outcome.text)"
            )
            #expect(outcome.text.components(separatedBy: "Z  indexed: 1 document, ").count == 3, "\(outcome.text)")
        }
        let line = try await command("explain", "notes/sea.md", "--json").text
        let json = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(json["state"] as? String == "indexed")
        #expect((json["history"] as? [Any])?.count == 2)
        #expect((json["places"] as? [[String: Any]])?.map { $0["kind"] as? String } == ["done", "replaced"])

        let search = try await CommandLineTool.search.run(
            ["search", "harbour crane", "--json", "-k", "9"], variables: variables)
        let other = spool.appending("done").appending("other/first.txt")
        #expect(search.text.contains("\"path\":\"\(done)\",") && search.text.contains("\"path\":\"\(other)\","))
        try Directory.removeFile(done)
        let gone = try await CommandLineTool.search.run(
            ["search", "harbour crane", "--json", "-k", "9"], variables: variables)
        #expect(!gone.text.contains(done.string) && gone.text.contains("\"path\":null,"))
        #expect(!json.keys.contains("original_gone"))
        #expect(try await command("explain", "notes/sea.md").text.contains("the file itself is not in done/ any more"))
        #expect(try await command("explain", "notes/sea.md", "--json").text.contains("\"original_gone\":true"))
        #expect(try await !command("explain", "other/first.txt").text.contains("any more"))
    }

    @Test func `a failure is listed, explained and retried at its own path`() async throws {
        try drop("x/bad.txt", [0x61, 0xFF])
        try drop("y/bad.txt", [0x62, 0xFF])
        #expect(try await index().status == .exited(65))
        let list = try await command("failed")
        #expect(list.text.contains("x/bad.txt") && list.text.contains("y/bad.txt") && list.text.contains("2 files."))
        #expect(try await command("failed", "--json").lines.count == 2)
        let explained = try await command("explain", "x/bad.txt")
        #expect(explained.text.hasPrefix("x/bad.txt: failed\n"))
        #expect(explained.text.contains("vectorspool retry x/bad.txt"))

        let failed = spool.appending("failed").appending("x/bad.txt")
        try AtomicFile.replaceVolatile(Array("mended".utf8), at: failed)
        let retried = try await command("retry", "failed/x/bad.txt")
        #expect(retried.status == .exited(0), "\(retried.error)")
        #expect(retried.text == "x/bad.txt is back in the inbox\n")
        #expect(
            try await command("explain", "x/bad.txt").text.hasPrefix(
                "x/bad.txt: waits in the inbox for a daemon; none runs\n"))
        #expect(try await index().status == .exited(0))
        #expect(try await command("explain", "x/bad.txt").text.hasPrefix("x/bad.txt: indexed"))

        try drop("y/bad.txt", "newer")
        let blocked = try await command("retry", "--all")
        #expect(blocked.status == .exited(65))
        #expect(blocked.error.contains("a newer file waits"))
    }

    @Test func `what a killed daemon left is said to wait for another`() async throws {
        #expect(try await index().status == .exited(0))
        let claimed = spool.appending("work").appending("claimed").appending("n")
        try Directory.create(claimed)
        try AtomicFile.replaceVolatile([0x61], at: claimed.appending("000000000000000000000.abcd.1-a.txt"))
        let outcome = try await command("explain", "n/a.txt").text
        #expect(outcome.hasPrefix("n/a.txt: was being indexed, and waits for a daemon; none runs\n"), "\(outcome)")
    }

    @Test func `wrong calls say what to do`() async throws {
        try drop("a.txt", "one two three")
        #expect(try await index().status == .exited(0))
        let unknown = try await command("explain", "no.txt")
        #expect(unknown.status == .exited(1))
        #expect(unknown.text.contains("nothing is known of it"))
        try drop(".hidden", "x")
        #expect(try await command("explain", ".hidden").text.contains("it matches the pattern .* of spool.ignore"))
        let none = try await command("retry", "no.txt")
        #expect(none.status == .exited(65))
        #expect(none.error.contains("no such file has failed"))
        #expect(try await command("retry").status == .exited(64))
        #expect(try await command("retry", "a", "--all").status == .exited(64))
        let elsewhere = try await CommandLineTool.search("failed", "--spool", scratch.path.appending("none").string)
        #expect(elsewhere.status == .exited(66))
        #expect(elsewhere.error.contains("set one up with 'vectorspool init'"), "\(elsewhere.error)")
    }

    @Test func `lines of a file are explained, also those that failed and those that were mended`() async throws {
        func line(_ id: Int) -> String { "{\"id\":\"\(id)\",\"text\":\"text of line \(id)\"}\n" }
        try drop("d/l.jsonl", line(1) + "bad\n" + line(2))
        _ = try await index()
        let bad = spool.pushing("failed/d/l.jsonl.bad-lines.jsonl")
        let whole = try await command("explain", "d/l.jsonl").text
        #expect(whole.hasPrefix("d/l.jsonl: indexed: 2 documents, "), "\(whole)")
        #expect(whole.contains("1 line of it failed, kept in \(bad)\n"), "\(whole)")
        let good = try await command("explain", "d/l.jsonl#1").text
        #expect(good.hasPrefix("d/l.jsonl#1: indexed: 1 document, "))
        #expect(!good.contains("failed, kept"), "the fault of another line: \(good)")
        let unknown = try await command("explain", "d/l.jsonl#3")
        #expect(unknown.status == .exited(1))
        #expect(unknown.text.hasPrefix("d/l.jsonl#3: the file is known, but the index has no document of this name\n"))

        let given = try FileContents.read(bad)
        let first = try #require(given.firstIndex(of: 0x0A))
        try AtomicFile.replaceVolatile(Array(given[...first]) + Array(line(3).utf8), at: bad)
        #expect(try await command("retry", "d/l.jsonl.bad-lines.jsonl").status == .exited(0))
        #expect(try await index().status == .exited(0))
        let mended = try await command("explain", "d/l.jsonl.bad-lines.jsonl").text
        let place = spool.pushing("done/d/l.jsonl.vectorspool-lines-").string
        #expect(
            mended.hasPrefix(
                "d/l.jsonl.bad-lines.jsonl: its lines were mended and joined to d/l.jsonl; they lie in \(place)"),
            "\(mended)")
        #expect(try await command("explain", "d/l.jsonl#3").text.hasPrefix("d/l.jsonl#3: indexed: 1 document, "))
        let joined = try await command("explain", "d/l.jsonl").text
        #expect(!joined.contains("of it failed"))
        #expect(joined.contains("mended lines of d/l.jsonl from d/l.jsonl.bad-lines.jsonl"), "\(joined)")

        #expect(try await command("forget", "d/l.jsonl#1").status == .exited(0))
        #expect(try await command("explain", "d/l.jsonl#1").text.hasPrefix("d/l.jsonl#1: was forgotten at "))
    }

    @Test func `a folder that keeps a file from being taken is named, with its reason`() async throws {
        try drop(".secret/deep/a.txt", "one")
        let ignored = try await command("explain", ".secret/deep/a.txt").text
        let rule = "it matches the pattern .* of spool.ignore"
        #expect(ignored.hasPrefix(".secret/deep/a.txt: ignored with its folder .secret: \(rule)"), "\(ignored)")
        let notes = scratch.path.appending("notes")
        try Directory.create(notes)
        try AtomicFile.replaceVolatile(Array("one".utf8), at: notes.appending("a.txt"))
        let inbox = spool.appending("inbox")
        try SpecialFiles.makeLink(to: "../../notes", at: inbox.appending("vault"))
        try SpecialFiles.makeLink(to: "../../notes/a.txt", at: inbox.appending("a.txt"))
        for isKnown in [false, true] {
            if isKnown { #expect(try await index().status == .exited(0)) }
            let folder = try await command("explain", "vault/a.txt").text
            #expect(folder.hasPrefix("vault/a.txt: left alone with its folder vault: a link, "), "\(folder)")
            let file = try await command("explain", "a.txt").text
            #expect(file.hasPrefix("a.txt: left alone: a link, ") && !file.contains("in place"), "\(file)")
        }
    }

    @Test func `the remedy of a failure can be typed as it stands, and works`() async throws {
        try drop("my report's.pdf", "%PDF")
        #expect(try await index().status == .exited(65))
        let command = "vectorspool forget 'my report'\\''s.pdf'"
        for words in [["explain", "my report's.pdf"], ["failed"]] {
            let text = try await CommandLineTool.search.run(words, variables: variables).text
            #expect(text.contains("run: " + command) && !text.contains("retry"), "\(text)")
        }
        let typed = command.replacing("vectorspool forget", with: "\"$0\" forget --spool '\(spool)'")
        let outcome = try await CommandLineTool.search.shell(typed)
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(try await self.command("failed").text == "Nothing has failed.\n")
    }

    @Test func `a retry that cannot be says what is in its way`() async throws {
        try drop("x/bad.txt", [0x61, 0xFF])
        #expect(try await index().status == .exited(65))
        let out = try await command("retry", "../../x")
        #expect(out.status == .exited(65))
        #expect(out.error == "../../x: it leads out of the spool; give a path as 'vectorspool failed' lists it\n")
        let inbox = spool.appending("inbox")
        try Directory.create(inbox.pushing("x/bad.txt"))
        let folder = try await command("retry", "x/bad.txt")
        #expect(folder.status == .exited(65))
        #expect(folder.error.hasPrefix("x/bad.txt stays in failed/: a folder lies at its path"), "\(folder.error)")
        try Directory.removeTree(inbox.appending("x"))
        try drop("x", "text")
        let file = try await command("retry", "--all")
        #expect(file.status == .exited(65))
        #expect(file.error.hasPrefix("x/bad.txt stays in failed/: a file of the inbox"), "\(file.error)")
        try Directory.removeFile(inbox.appending("x"))
        // As people see it elsewhere.
        #expect(try await command("retry", spool.pushing("failed/x/bad.txt").string).status == .exited(0))
    }

    @Test func `names as searches print them are taken`() async throws {
        try drop("letters/landlord.md", "The harbour crane lifts the boats.")
        try drop("odd:12", "The crane was sold.")
        #expect(try await index().status == .exited(0))
        for name in ["letters/landlord.md:1-2", "letters/landlord.md:1", "done/letters/landlord.md:1"] {
            let explained = try await command("explain", name)
            #expect(explained.text.hasPrefix("letters/landlord.md: indexed"), "\(name): \(explained.text)")
        }
        #expect(try await command("explain", "odd:12").text.hasPrefix("odd:12: indexed"))
        let found = try await CommandLineTool.search.run(
            ["search", "crane", "--json", "--document", "letters/landlord.md:1-2"], variables: variables)
        #expect(found.lines.count == 1, "\(found.error)")
        let forgotten = try await command("forget", "letters/landlord.md:1-2", "done/other/first.txt")
        #expect(forgotten.text.hasPrefix("letters/landlord.md is forgotten\nother/first.txt is forgotten\n"))
        // What is gone does not come to mean another.
        try drop("odd", "Another text.")
        #expect(try await index().status == .exited(0))
        #expect(try await command("forget", "odd:12").text.hasPrefix("odd:12 is forgotten\n"))
        #expect(try await command("forget", "odd:12").text == "odd:12 was forgotten already\n")
        #expect(try await command("explain", "odd").text.hasPrefix("odd: indexed"))
    }

    /// Runs a line of shell in which `$0` is the program, with the spool of this test.
    private func shell(_ line: String) async throws -> CommandLineTool.Outcome {
        let exports =
            "export VECTORSPOOL_SPOOL_DIRECTORY='\(spool)' VECTORSPOOL_MODEL_DIRECTORY='\(SampleFiles.model)'; "
            + "unset VECTORSPOOL_CONFIG XDG_CONFIG_HOME; export HOME=/nonexistent; "
        return try await CommandLineTool.search.shell(exports + line)
    }

    @Test func `names that are no text are taken as they are and as they are shown, from any folder`() async throws {
        let home = scratch.path.appending("home").string
        let make =
            "mkdir '\(home)'; cd '\(home)'; "
            + "m=$(printf 'm\\377.txt'); b=$(printf 'b\\377.txt'); echo text > \"$m\"; printf 'bad\\377' > \"$b\"; "
        let dropped = try await shell(make + "\"$0\" drop * && \"$0\" drop 'm\\xFF.txt' --into second")
        #expect(dropped.text.components(separatedBy: "Handed over ").count == 3, "\(dropped.text)\(dropped.error)")
        #expect(try await index().status == .exited(65))
        let names = "m=$(printf 'm\\377.txt'); b=$(printf 'b\\377.txt'); "
        for line in [
            "\"$0\" explain \"$m\"", "\"$0\" explain 'm\\xFF.txt'", "cd '\(spool)/done'; \"$0\" explain *.txt",
            "cd '\(spool)/done'; \"$0\" explain 'm\\xFF.txt:1'", "\"$0\" explain '\(spool)/done/m\\xFF.txt'",
        ] {
            let explained = try await shell(names + line)
            #expect(explained.text.hasPrefix("m\\xFF.txt: indexed"), "\(line): \(explained.text)\(explained.error)")
        }
        for line in ["\"$0\" retry \"$b\"", "cd '\(spool)/failed'; \"$0\" retry 'b\\xFF.txt'"] {
            let retried = try await shell(names + line)
            #expect(retried.text == "b\\xFF.txt is back in the inbox\n", "\(line): \(retried.error)")
            #expect(try await index().status == .exited(65))
        }
        let unknown = try await shell("\"$0\" explain 'no\\xFF'")
        #expect(unknown.text.hasPrefix("no\\xFF: nothing is known"), "\(unknown.text)")
        let forgotten = try await shell(names + "cd '\(spool)/done'; \"$0\" forget m*")
        #expect(forgotten.text.hasPrefix("m\\xFF.txt is forgotten\n"), "\(forgotten.text)\(forgotten.error)")
        #expect(try await shell(names + "\"$0\" forget \"$b\"").text.hasPrefix("b\\xFF.txt is forgotten\n"))
    }

    @Test func `a failed file whose report is lost is listed, explained and retried`() async throws {
        try drop("x/bad.txt", [0x61, 0xFF])
        #expect(try await index().status == .exited(65))
        let place = spool.pushing("failed/x/bad.txt")
        try Directory.removeFile(FilePath(place.string + ".vectorspool-error.json"))
        let listed = try await command("failed").text
        #expect(listed.hasPrefix("x/bad.txt  ") && listed.contains("its report is gone or damaged"), "\(listed)")
        let explained = try await command("explain", "x/bad.txt").text
        #expect(explained.hasPrefix("x/bad.txt: failed\n"), "\(explained)")
        #expect(
            explained.contains("run: vectorspool retry x/bad.txt\n") && explained.contains("failed        \(place)"))
        #expect(try await command("retry", "x/bad.txt").text == "x/bad.txt is back in the inbox\n")
    }

    @Test func `of a folder is told how to ask for its files`() async throws {
        try drop("mix [1]/a.txt", "one two three")
        #expect(try await index().status == .exited(0))
        let folder = try await command("explain", "mix [1]/")
        #expect(folder.status == .exited(1))
        let log = "vectorspool log --path 'mix \\[1\\]/**'"
        #expect(folder.text == "mix [1]: a folder; what became of its files: \(log)\n")
        let typed = log.replacing("vectorspool", with: "\"$0\"")
        #expect(try await shell(typed).text.contains("  mix [1]/a.txt  indexed"))
        let source = scratch.path.appending("other").appending("first.txt")
        try Directory.create(source.removingLastComponent())
        try AtomicFile.replaceVolatile([0x61], at: source)
        let outside = try await command("explain", source.string)
        #expect(outside.status == .exited(1))
        #expect(outside.text.contains("what was dropped under its name: vectorspool log --path first.txt\n"))
        #expect(try await shell("\"$0\" log --path first.txt").text.contains("  other/first.txt  indexed"))
        let elsewhere = try await command("explain", source.removingLastComponent().string).text
        #expect(elsewhere.hasSuffix(": a folder; what became of its files: vectorspool log --path 'other/**'\n"))
    }

    @Test(arguments: [false, true])
    func `a file that an older index does not have can be moved to the inbox again`(isForgotten: Bool) async throws {
        #expect(try await index().status == .exited(0))
        let (present, older) = (spool.appending("index").string, scratch.path.appending("older").string)
        #expect(try await shell("cp -a '\(present)' '\(older)'").status == .exited(0))
        try drop("n/sea.md", "The harbour crane lifts the boats.")
        #expect(try await index().status == .exited(0))
        if isForgotten {
            #expect(try await command("forget", "n/sea.md").status == .exited(0))
            let told = try await command("explain", "n/sea.md").text
            #expect(told.hasPrefix("n/sea.md: was forgotten at "), "\(told)")
            try drop("n/sea.md", "The harbour crane lifts the boats again.")
            #expect(try await index().status == .exited(0))
        }
        #expect(try await shell("rm -r '\(present)'; mv '\(older)' '\(present)'").status == .exited(0))
        let explained = try await command("explain", "n/sea.md").text
        let start = "n/sea.md: lies in done/, but this index has nothing of it; to have it indexed again, run: "
        try #require(explained.hasPrefix(start), "\(explained)")
        let remedy = explained.dropFirst(start.count).prefix { $0 != "\n" }
        #expect(try await shell(String(remedy)).status == .exited(0))
        #expect(try await index().status == .exited(0))
        #expect(try await command("explain", "n/sea.md").text.hasPrefix("n/sea.md: indexed"))
    }
}
