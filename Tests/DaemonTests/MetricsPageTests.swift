import Daemon
import Ingest
import Testing

@Suite struct MetricsPageTests {
    @Test func metricsAreThePagesNumbers() {
        var status = SpoolStatus()
        status.state = .ready
        status.rows = 42
        let page = MetricsPage.text(status)
        #expect(page.contains("\nvectorspool_ready 1\n"))
        #expect(page.contains("\nvectorspool_rows 42\n"))
        for line in page.split(separator: "\n") where !line.hasPrefix("#") {
            #expect(line.split(separator: " ").count == 2, "\(line)")
        }
    }
}
