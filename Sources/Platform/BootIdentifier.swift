import SystemPackage

/// Which run of the kernel this is, to tell a crash of ours from a power cut.
package enum BootIdentifier {
    /// The kernel's random boot id as 32 hexadecimal digits, or zeros where `/proc` does not show it.
    package static let current: String = {
        let text = (try? FileContents.read("/proc/sys/kernel/random/boot_id", limit: 256)) ?? []
        let digits = String(decoding: text.filter { $0 != UInt8(ascii: "-") && $0 > 32 }, as: UTF8.self)
        return digits.utf8.count == 32 ? digits : String(repeating: "0", count: 32)
    }()
}
