import Ingest
import SystemPackage
import Testing

@Suite struct FlushAnswerTests {
    @Test("of more failures than are kept, the last are known, and that earlier ones are not")
    func latest() throws {
        var failures = LatestFailures(from: 10)
        #expect(failures.since(9) == nil)
        #expect(failures.since(10) == [])
        for moment in 10..<Int64(10 + LatestFailures.most * 2) {
            failures.add(LatestFailures.Entry(path: "\(moment)", reason: "", owner: 0, nanoseconds: moment))
        }
        let first = Int64(10 + LatestFailures.most)
        #expect(failures.since(first - 1) == nil)
        #expect(failures.since(first)?.count == LatestFailures.most)
        #expect(failures.since(first + 5)?.first?.path == "\(first + 5)")
    }

    @Test(
        "a file that is tried again later is named to those who wait for it",
        arguments: [(nil, ["a/b.txt"]), (["a"], ["a/b.txt"]), (["c.txt"], [])] as [([FilePath]?, [String])])
    func deferred(places: [FilePath]?, named: [String]) {
        var status = SpoolStatus()
        status.deferred = [
            SpoolStatus.Deferred(path: "a/b.txt", reason: "Input/output error", tries: 1, most: 6, seconds: 60)
        ]
        let answer = FlushAnswer(
            request: "1", status: status, failures: [], wish: FlushWish(places: places), owner: nil)
        #expect(answer.waiting.map(\.path) == named)
        #expect(answer.waiting.allSatisfy { $0.state == "deferred" && $0.reason.hasPrefix("Input/output error; ") })
    }

    @Test("a file that failed more than once is named once, with its latest reason", arguments: [false, true])
    func failedTwice(isOutOfOrder: Bool) {
        var failures = [("a", "first", 1), ("b", "other", 2), ("a", "latest", 3)].map { path, reason, moment in
            LatestFailures.Entry(path: path, reason: reason, owner: 0, nanoseconds: Int64(moment))
        }
        if isOutOfOrder { failures.reverse() }
        let answer = FlushAnswer(
            request: "1", status: SpoolStatus(), failures: failures, wish: FlushWish(), owner: nil)
        #expect(answer.failedCount == 2)
        #expect(answer.failed.map { "\($0.path) \($0.reason)" }.sorted() == ["a latest", "b other"])
    }
}
