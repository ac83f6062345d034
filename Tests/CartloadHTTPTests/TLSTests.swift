// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTP
import Foundation
import TestSupport
import Testing

private let openssl = "/usr/bin/openssl"

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: openssl))) struct TLSTests {
    /// A certificate of a name of its own, in a folder that is deleted at the end.
    private final class TestCertificate: Sendable {
        let folder = FileManager.default.temporaryDirectory.appending(path: "cartload-tls-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: folder) }

        var tls: HTTPServerOptions.TLS {
            HTTPServerOptions.TLS(
                certificate: folder.appending(path: "certificate").path(),
                privateKey: folder.appending(path: "key").path())
        }

        func make(_ name: String) async throws {
            let tls = tls
            let output = try await TLSTests.run([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj",
                "/CN=\(name)", "-keyout", tls.privateKey, "-out", tls.certificate, "-batch",
            ])
            _ = output
        }
    }

    /// What openssl prints, given some input.
    private static func run(_ arguments: [String], input: String = "") async throws -> String {
        try await onThread {
            let process = Process()
            process.executableURL = URL(filePath: openssl)
            process.arguments = arguments
            let (into, out) = (Pipe(), Pipe())
            process.standardInput = into
            process.standardOutput = out
            process.standardError = FileHandle.nullDevice
            // A client that has ended is no reason for the tests to end.
            signal(SIGPIPE, SIG_IGN)
            try process.run()
            try into.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            // Kept open: the client ends when the server closes.
            let text = String(decoding: try out.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            return text
        }
    }

    private static func get(_ port: Int, _ target: String, _ more: [String] = []) async throws -> String {
        try await run(
            ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + more,
            input: "GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    }

    @Test func requestsAndLargeAnswersGoThroughTLS() async throws {
        let certificate = try TestCertificate()
        try await certificate.make("first")
        try await withServer(TestHandler(), { $0.tls = certificate.tls }) { server, port in
            #expect(try server.start().description == "https://127.0.0.1:\(port)")
            let small = try await Self.get(port, "/now", ["-alpn", "h2,http/1.1"])
            #expect(small.contains("\r\n\r\nnow\n") && small.contains("ALPN protocol: http/1.1"))
            let large = try await Self.get(port, "/large?bytes=3000000", ["-quiet"])
            #expect(large.utf8.count { $0 == UInt8(ascii: "x") } == 3_000_000)
            let stream = try await Self.get(port, "/stream?pieces=300&bytes=9999", ["-quiet", "-tls1_2"])
            #expect(stream.utf8.count { $0 == UInt8(ascii: "x") } == 300 * 9999 + 1)
            #expect(stream.hasSuffix("0\r\n\r\n"))
        }
    }

    @Test func aBodyGoesThroughTLS() async throws {
        let certificate = try TestCertificate()
        try await certificate.make("first")
        try await withServer(TestHandler(), { $0.tls = certificate.tls }) { _, port in
            let answer = try await Self.run(
                ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof", "-quiet"],
                input: "POST /count HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nConnection: close\r\n\r\n"
                    + String(repeating: "x", count: 2_000_000))
            #expect(answer.hasSuffix("\r\n\r\n2000000"))
        }
    }

    @Test func aNewCertificateIsShownAfterItIsReloaded() async throws {
        let certificate = try TestCertificate()
        try await certificate.make("first")
        try await withServer(TestHandler(), { $0.tls = certificate.tls }) { server, port in
            #expect(try await Self.get(port, "/now").contains("CN = first"))
            try await certificate.make("second")
            #expect(try await Self.get(port, "/now").contains("CN = first"))
            try server.reloadCertificate()
            #expect(try await Self.get(port, "/now").contains("CN = second"))
            try Data("broken".utf8).write(to: certificate.folder.appending(path: "key"))
            let error = #expect(throws: CartloadError.self) { try server.reloadCertificate() }
            #expect(error?.code == .serverCertificate)
            #expect(try await Self.get(port, "/now").contains("CN = second"))
        }
    }

    @Test func aHandshakeThatNeverComesIsCut() async throws {
        let certificate = try TestCertificate()
        try await certificate.make("first")
        try await withServer(
            TestHandler(),
            {
                $0.tls = certificate.tls
                $0.headerDeadline = .milliseconds(300)
            }
        ) { _, port in
            #expect(try await onThread { try RawClient(port).readAll() } == "")
            // Plain HTTP is no handshake.
            _ = try await exchange(port, "GET /now HTTP/1.1\r\nHost: a\r\n\r\n")
        }
    }

    @Test func aCertificateThatIsNotThereIsSaid() {
        var options = HTTPServerOptions()
        options.tls = HTTPServerOptions.TLS(certificate: "missing.pem", privateKey: "missing.key")
        let error = #expect(throws: CartloadError.self) { try BeastServer(options).start() }
        #expect(error?.code == .serverCertificate && error?.message.contains("missing.pem") == true)
    }
}
