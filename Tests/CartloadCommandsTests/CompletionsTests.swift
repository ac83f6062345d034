// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import CartloadCommands

@Suite struct CompletionsTests {
    private func script(_ shell: String) async -> String {
        let program = TestProgram()
        #expect(await program.run("completions", shell) == 0)
        return program.standardOutput
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func theScriptsAreGolden(shell: String) async {
        Golden.expect(await script(shell), is: "completions/cartload.\(shell)")
    }

    @Test(arguments: [
        (["ru"], "run"), (["co"], "copy connectors completions"), (["copy", "--load", ""], "append upsert overwrite"),
        (["copy", "a", "b", "--form"], "--format"), (["copy", "--format", "t"], "tsv"),
        (["connectors", ""], "numbers shelf"), (["help", "conn"], "connectors"), (["completions", "z"], "zsh"),
        (["copy", "--where", ""], ""), (["run", "--fr"], "--fresh"), (["tap", ""], "numbers"),
        (["target", ""], "shelf"),
        (["tap", "numbers", "-c", "/usr/bin/mkfif"], "/usr/bin/mkfifo"), (["singer", ""], "check"),
        (["singer", "check", "--", "bas64e"], ""), (["singer", "check", "--", "readonl"], "readonly"),
        (["singer", "check", "--", "tap-x", "--conf"], ""), (["batches", "st"], "status"),
        (["batches", "run", "--acc"], "--accuracy"), (["batches", "run", "--sta"], "--state"),
        (["batches", "run", "s", "--on-interrupt", "d"], "detach"), (["batches", "pull", "id", "--fol"], "--follow"),
        (["batches", "status", "--keep"], ""), (["batches", "push", "--input", "/usr/bin/mkfif"], "/usr/bin/mkfifo"),
        (["serve", "tok"], "token"), (["serve", "token", ""], "create"),
        (["serve", "token", "create", "--kind", "api"], "api-key"),
        (["serve", "--listen", "127.0.0.1:0", "token", "cr"], "create"),
    ])
    func bashCompletesWhatIsTyped(words: [String], expected: String) async throws {
        let quoted = (["cartload"] + words).map { "'\($0)'" }.joined(separator: " ")
        let bash = Process()
        bash.executableURL = URL(filePath: "/bin/bash")
        bash.arguments = [
            "--norc", "-c",
            await script("bash")
                + "COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count); _cartload; echo \"${COMPREPLY[*]}\"",
        ]
        let pipe = Pipe()
        bash.standardOutput = pipe
        try bash.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        bash.waitUntilExit()
        #expect(bash.terminationStatus == 0)
        #expect(String(decoding: output, as: UTF8.self) == expected + "\n")
    }
}
