// SPDX-License-Identifier: Apache-2.0

import CartloadCore
import CartloadHTTP
import Foundation

/// Serves one JSON text at once at `/now` and through a task at `/task`, and counts the bytes of bodies at `/post`.
struct Answers: HTTPHandler {
    let text: Bytes

    private var answer: HTTPServerResponse {
        HTTPServerResponse(headers: [HTTPField("Content-Type", "application/json")], body: .bytes(text))
    }

    func immediateResponse(to request: HTTPServerRequest) -> HTTPServerResponse? {
        request.matches("GET", "/now") ? answer : nil
    }

    func response(to request: HTTPServerRequest) async -> HTTPServerResponse {
        if request.matches("GET", "/task") { return answer }
        return HTTPServerResponse(body: .bytes(Bytes("\(request.body.count)\n")))
    }
}

@main struct Main {
    /// HTTPBenchmark FILE LOOPS: prints its URL, and ends when its input does.
    static func main() async throws {
        let arguments = CommandLine.arguments
        var options = HTTPServerOptions()
        options.loops = Int(arguments[2]) ?? 2
        let server = BeastServer(options)
        print(try server.start())
        fflush(nil)
        let answers = Answers(text: Bytes(try Data(contentsOf: URL(filePath: arguments[1]))))
        Thread.detachNewThread {
            while readLine() != nil {}
            exit(0)
        }
        try await server.serve(answers)
    }
}
