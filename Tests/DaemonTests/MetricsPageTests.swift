import Daemon
import Ingest
import Testing

@Suite struct MetricsPageTests {
    private var status: SpoolStatus {
        var status = SpoolStatus()
        status.state = .ready
        status.rows = 42
        status.disk = DiskReport()
        status.disk?.spoolFree = 1 << 40
        var delays = DelayHistogram()
        for seconds in [-1, 0.1, 0.7, 0.7, 4, 1e6] { delays.add(seconds) }
        status.searchableAfter = delays
        return status
    }

    @Test func metricsAreThePagesNumbers() {
        let page = MetricsPage.text(status)
        #expect(page.contains("\nvectorspool_ready 1\n"))
        #expect(page.contains("\nvectorspool_rows 42\n"))
    }

    @Test func `the time from drop to searchable is a histogram`() {
        let page = MetricsPage.text(status)
        for line in [
            "# TYPE vectorspool_searchable_seconds histogram", "vectorspool_searchable_seconds_bucket{le=\"0.1\"} 2",
            "vectorspool_searchable_seconds_bucket{le=\"0.5\"} 2",
            "vectorspool_searchable_seconds_bucket{le=\"1.0\"} 4",
            "vectorspool_searchable_seconds_bucket{le=\"5.0\"} 5",
            "vectorspool_searchable_seconds_bucket{le=\"86400.0\"} 5",
            "vectorspool_searchable_seconds_bucket{le=\"+Inf\"} 6", "vectorspool_searchable_seconds_sum 1000005.5",
            "vectorspool_searchable_seconds_count 6",
        ] {
            #expect(page.contains("\n\(line)\n"), "\(line)")
        }
        // The series exists from the first scrape, so that a rate is right.
        #expect(MetricsPage.text(SpoolStatus()).contains("\nvectorspool_searchable_seconds_count 0\n"))
    }

    @Test("the page is what Prometheus' own checker accepts", arguments: [true, false])
    func isValid(isEmpty: Bool) {
        #expect(Exposition.faults(in: MetricsPage.text(isEmpty ? SpoolStatus() : status)) == [])
    }

    @Test(
        "the check finds what Prometheus would refuse",
        arguments: [
            "# HELP a A.\n# TYPE a gauge\na 1", "a 1\n", "# HELP a A.\n# TYPE a counter\na 1\n",
            "# HELP a A.\n# TYPE a gauge\na 1\na 2\n", "# HELP a A.\n# TYPE a gauge\na one\n",
            "# HELP 1a A.\n# TYPE 1a gauge\n1a 1\n", "# TYPE a gauge\na 1\n",
            "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
            "# HELP a A.\n# TYPE a histogram\na_bucket{le=\"1\"} 1\na_sum 1\na_count 1\n",
        ])
    func isChecked(page: String) {
        #expect(Exposition.faults(in: page) != [])
    }
}
