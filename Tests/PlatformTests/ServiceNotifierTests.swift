import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("What the service manager hears, byte by byte", .timeLimit(.minutes(10)))
struct ServiceNotifierTests {
    /// The two places where a manager may listen.
    enum Place: CaseIterable, Sendable {
        case path, abstract
    }

    private let scratch: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func manager(_ place: Place = .path) throws -> NotificationSocket {
        switch place {
        case .path: try NotificationSocket(at: scratch.path.appending("notify"))
        case .abstract: try NotificationSocket(abstract: "vectorspool-test-\(UInt64.random(in: .min ... .max))")
        }
    }

    @Test("each message, at a path and under an abstract name", arguments: Place.allCases)
    func messages(place: Place) throws {
        let manager = try manager(place)
        let notifier = ServiceNotifier(socket: manager.path.string)
        notifier.ready(status: "Watching")
        notifier.status("2 files in work")
        notifier.alive()
        notifier.hangs()
        notifier.stopping()
        notifier.stopping(extending: .seconds(8))
        #expect(
            manager.texts() == [
                "READY=1\nSTATUS=Watching", "STATUS=2 files in work", "WATCHDOG=1", "WATCHDOG=trigger", "STOPPING=1",
                "STOPPING=1\nEXTEND_TIMEOUT_USEC=8000000",
            ])
    }

    @Test("a reload comes with the time of the monotonic clock, without which systemd takes it for no reload")
    func reloading() throws {
        let manager = try manager()
        let before = Int64(CurrentProcess.monotonicSeconds * 1e6)
        ServiceNotifier(socket: manager.path.string).reloading()
        let after = Int64((CurrentProcess.monotonicSeconds * 1e6).rounded(.up))
        let messages = manager.messages()
        #expect(messages.count == 1)
        #expect(messages.first?.count == 2)
        #expect(messages.first?["RELOADING"] == "1")
        let time = try #require(messages.first?["MONOTONIC_USEC"].flatMap { Int64($0) })
        #expect((before...after).contains(time))
    }

    @Test(
        "a line feed in a status begins no variable of its own",
        arguments: ["a\nSTOPPING=1", "a\r\nMAINPID=1\n", "\n"])
    func lineFeed(status: String) throws {
        let manager = try manager()
        let notifier = ServiceNotifier(socket: manager.path.string)
        notifier.status(status)
        notifier.ready(status: status)
        let messages = manager.messages()
        #expect(messages.map { $0.keys.sorted() } == [["STATUS"], ["READY", "STATUS"]])
        #expect(messages.first?["STATUS"]?.contains("\\u{a}") == true)
    }

    @Test("a manager that has gone is no obstacle, and one that comes again is told")
    func gone() throws {
        var manager: NotificationSocket? = try manager()
        let path = try #require(manager?.path)
        let notifier = ServiceNotifier(socket: path.string)
        notifier.alive()
        #expect(manager?.texts() == ["WATCHDOG=1"])
        // Nobody listens at the name any more, then there is no such name.
        manager = nil
        notifier.alive()
        try Directory.removeFile(path)
        notifier.status("unheard")
        let next = try self.manager()
        notifier.status("heard")
        #expect(next.texts() == ["STATUS=heard"])
    }

    @Test("names that are no socket are passed over", arguments: ["", "@", "nowhere", "/", "/dev/null"])
    func noSocket(name: String) throws {
        let descriptors = try Directory.entries(of: "/proc/self/fd").count
        let notifier = ServiceNotifier(socket: name)
        for _ in 0..<1000 { notifier.alive() }
        // Other tests open files meanwhile, but not so many.
        #expect(try Directory.entries(of: "/proc/self/fd").count < descriptors + 900)
    }

    @Test("a name that fits into no address is not cut to one that does")
    func longName() throws {
        let name = String(repeating: "n", count: 106)
        let manager = try NotificationSocket(abstract: name)
        ServiceNotifier(socket: "@" + name).status("fits")
        ServiceNotifier(socket: "@" + name + "nn").status("does not")
        #expect(manager.texts() == ["STATUS=fits"])
    }

    @Test(
        "it is fed twice in the time that the manager waits",
        arguments: [
            ("2000000", Duration.seconds(1)), ("30000001", .microseconds(15_000_000)), ("0", nil), ("-5", nil),
            ("soon", nil), (nil, nil),
        ] as [(String?, Duration?)])
    func watchdog(microseconds: String?, interval: Duration?) {
        #expect(ServiceNotifier(socket: nil, watchdogMicroseconds: microseconds).watchdogInterval == interval)
    }
}
