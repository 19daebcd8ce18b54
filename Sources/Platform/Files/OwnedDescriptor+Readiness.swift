import Glibc

extension OwnedDescriptor {
    /// Whether a read returns at once: with bytes, with the end of the file, or with an error.
    package var isReadable: Bool {
        var asked = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        // Where poll(2) fails, the read says what is wrong.
        return SystemCall.wait.perform(on: path) { unsafe poll(&asked, 1, 0) } != 0
    }
}
