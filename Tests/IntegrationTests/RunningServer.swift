// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import Foundation
import Testing

/// A server of the Batches API that runs for a test; it can be killed, and started again where it was.
final class RunningServer {
    private let sandbox: Sandbox
    private var child: Child?
    private(set) var url = ""
    private(set) var kills = 0

    init(in sandbox: Sandbox) throws {
        self.sandbox = sandbox
        try sandbox.write("open: true\ndata: server\nworkers: 2\n", to: "serve.yaml")
        try start(at: "127.0.0.1:0")
    }

    deinit { child?.send(SIGKILL) }

    private func start(at address: String) throws {
        let output = sandbox.folder.appending(path: "serve.out")
        try Data().write(to: output)
        let child = try Child(
            ["serve", "--config", "serve.yaml", "--listen", address, "--json"], in: sandbox,
            output: try FileHandle(forWritingTo: output))
        self.child = child
        // The first line says where it is; a server that is up has written it.
        for _ in 0..<1000 {
            let text = try sandbox.text("serve.out")
            if text.hasSuffix("\n"), let told = try JSONValue(parsing: text)["url"]?.stringValue {
                url = told
                return
            }
            try #require(child.isRunning, "the server ended: \(child.said)")
            usleep(10_000)
        }
        Issue.record("the server did not start: \(child.said)")
    }

    /// Kills it and starts it again, on the same data and the same port.
    func restart() throws {
        child?.send(SIGKILL)
        _ = child?.wait()
        kills += 1
        try start(at: String(url.drop { $0 != "/" }.drop { $0 == "/" }))
    }

    /// Kills it and starts another one on the same port, which knows nothing of what was.
    func replace() throws {
        child?.send(SIGKILL)
        _ = child?.wait()
        try sandbox.remove("server")
        try start(at: String(url.drop { $0 != "/" }.drop { $0 == "/" }))
    }

    /// The words of a run against it.
    func run(_ service: String, _ words: String...) -> [String] {
        ["batches", "run", service, "--url", url, "--tenant", "demo", "--no-progress", "--lease", "500ms"] + words
    }
}
