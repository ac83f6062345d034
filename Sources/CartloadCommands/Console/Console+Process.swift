// SPDX-License-Identifier: Apache-2.0

internal import CartloadConfiguration
internal import CartloadCore
internal import Glibc

extension CartloadError.Code {
    /// stdout cannot be written.
    static let outputFailed = CartloadError.Code("output.failed")
}

extension Console {
    /// The console of this process.
    convenience init(redactor: Redactor) {
        self.init(output: Output(descriptor: 1), error: Output(descriptor: 2), redactor: redactor)
    }
}

extension Console.Output {
    init(descriptor: Int32) {
        self.init(
            write: { try Console.Output.write($0, to: descriptor) }, isTerminal: isatty(descriptor) == 1,
            width: { Console.Output.size(of: descriptor).map { Int($0.ws_col) } ?? 80 },
            height: { Console.Output.size(of: descriptor).map { Int($0.ws_row) } ?? 24 })
    }

    /// The window's size; nil for what has none.
    private static func size(of descriptor: Int32) -> winsize? {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0 ? size : nil
    }

    private static func write(_ text: String, to descriptor: Int32) throws {
        var text = text
        let failure: Int32? = text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
                if count >= 0 {
                    written += count
                } else if errno != EINTR && errno != EAGAIN {
                    return errno
                }
            }
            return nil
        }
        guard let failure else { return }
        if failure == EPIPE { throw OutputClosed() }
        throw CartloadError(
            .outputFailed, "stdout cannot be written: \(String(cString: strerror(failure)))",
            advice: "Check the space and permissions where stdout goes.")
    }
}
