import Ingest
import SystemPackage
import Testing

@Suite struct FlushAnswerTests {
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
}
