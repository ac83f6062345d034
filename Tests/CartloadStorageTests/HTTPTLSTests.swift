// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadStorage
import Foundation
import TestSupport
import Testing

private let openssl = "/usr/bin/openssl"

@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: openssl))) struct HTTPTLSTests {
    /// A server of openssl's with a certificate of its own making, for 127.0.0.1.
    private final class Server {
        let folder: TemporaryFolder
        let port: Int
        private let process = Process()

        init() throws {
            folder = try TemporaryFolder()
            let isMade = run(
                openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                "2",
                "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder("key"), "-out",
                folder("certificate"), "-batch")
            guard isMade == 0 else { throw CocoaError(.executableLoad) }
            // A port that was free a moment ago; openssl does not say in time which one it has chosen itself.
            port = try HTTPTestServer(always: "").port
            process.executableURL = URL(filePath: openssl)
            process.arguments = [
                "s_server", "-accept", "127.0.0.1:\(port)", "-www", "-key", folder("key"), "-cert",
                folder("certificate"),
            ]
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        deinit {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    @Test func onlyATrustedCertificateIsAccepted() async throws {
        let server = try Server()
        func send(_ host: String = "127.0.0.1", _ change: (inout HTTPOptions) -> Void) async throws -> HTTPResponse {
            var options = HTTPOptions()
            options.proxy = .none
            options.timeout = .seconds(300)
            options.connectTimeout = .seconds(300)
            change(&options)
            let url = try HTTPURL("https://\(host):\(server.port)/?secret")
            return try await HTTPClient(hosts: .named, options: options).send(HTTPRequest(url))
        }
        // Until it listens, it refuses.
        let start = ContinuousClock.now
        var error: CartloadError?
        repeat {
            error = await failure { try await send { _ in } }
        } while error?.code == .refused && ContinuousClock.now - start < .seconds(300)
        #expect(error?.code == .tls && error?.isRetryableRequest == false)
        #expect(error?.description.contains("secret") == false && error?.cause?.contains("certificate") == true)
        let trusted = try await send { $0.certificateAuthorities = server.folder("certificate") }
        #expect(trusted.status == 200 && trusted.body.text.contains("s_server"))
        // Trusted, but for another name.
        #expect(
            await failure { try await send("localhost") { $0.certificateAuthorities = server.folder("certificate") } }?
                .code == .tls)
        #expect(try await send { $0.verifiesTLS = false }.status == 200)
        #expect(
            await failure { try await send { $0.certificateAuthorities = server.folder("missing") } }?.code == .tls)
    }
}
