import Platform
import Testing

@Suite struct ExitDeadlineTests {
    @Test func endsAProcessWhoseThreadsHang() async {
        await #expect(processExitsWith: .exitCode(ExitDeadline.code)) {
            ExitDeadline.set(after: .milliseconds(50), message: "over")
            // Not even the thread that set the deadline continues.
            while true {}
        }
    }
}
