// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Foundation
import TestSupport
import Testing

@testable import CartloadServices

@Suite struct ServiceFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, _ place: String = "f/s/1.0") throws {
        try folder.write("\(place)/service.yaml", text)
    }

    private func services() throws -> ServiceFolder {
        try ServiceFolder(folder.path, options: .init(environment: ["LIMIT": "7", "PATH": "/usr/bin:/bin"]))
    }

    @Test func aFileSaysAllThatThereIsAboutAVersion() throws {
        try folder.write("f/s/1.0/data/x", "")
        try write(
            """
            service_id: sid
            version_id: vid
            active_since: 2026-01-31T12:00:00Z
            inputs:
              - {name: a, type: integer}
              - {name: b, type: object, default: {x: 1.50}}
              - {name: c, optional: true}
              - {name: d, default: null}
              - e
            outputs: [x, y]
            subservices: {first: [x], both: [y, x]}
            limits:
              timeout: 1500ms
              start: 1
              max_workers: ${LIMIT}
              idle: 2m
              memory: 512MB
              cpu: 10s
              open_files: 64
              answer: 1MB
            runner: {exec: [cat, "-"], env: {A: 1}, directory: data}
            """)
        let services = try services()
        #expect(services.problems.isEmpty, "\(services.problems)")
        let service = try #require(services.find(.version("vid")))
        #expect(service.uri == "f/s[1.0]")
        #expect(service.serviceID == "sid")
        #expect(service.activeSince == Instant("2026-01-31T12:00:00Z"))
        #expect(
            service.inputs == [
                ServiceField("a", .integer), ServiceField("b", .object, defaultValue: Bytes(#"{"x":1.50}"#)),
                ServiceField("c", isOptional: true), ServiceField("d", defaultValue: Bytes("null")), ServiceField("e"),
            ])
        #expect(service.outputs == ["x", "y"])
        #expect(service.subservices == ["first": ["x"], "both": ["y", "x"]])
        #expect(
            service.limits
                == ServiceLimits(
                    chunkTimeout: .milliseconds(1500), maximumWorkers: 7, idleTime: .seconds(120)))
    }

    @Test func idsAreMadeOfPlacesAndStay() throws {
        try write("runner: {builtin: double}")
        try write("runner: {builtin: double}", "f/s/1.1")
        let (first, second) = (try services().services, try services().services)
        #expect(first.map(\.versionID) == second.map(\.versionID))
        #expect(first.map(\.serviceID) == [first[0].serviceID, first[0].serviceID])
        #expect(Set(first.map(\.versionID)).count == 2)
        // Fixed, because clients keep them.
        #expect(ServicePlace(folder: "f", name: "s", version: "1.0", directory: "").serviceID == first[0].serviceID)
        #expect(UUID(uuidString: first[0].versionID)?.uuidString.lowercased() == first[0].versionID)
        let newest = try services().find(.service("f/s", at: nil))
        #expect(newest?.version == "1.1")
    }

    @Test(arguments: [
        ("runner: {builtin: double}\noutput: [a]", "config.unknown-field", 2),
        ("outputs: [a]", "config.missing-field", nil),
        ("runner: {builtin: triple}", "config.wrong-type", 1),
        ("runner: {}", "service.definition", 1),
        ("runner:\n  jq: .\n  exec: cat", "service.definition", 1),
        ("runner: {exec: []}", "service.definition", 1),
        ("runner:\n  exec: no-such-program", "service.definition", 2),
        ("runner:\n  exec: ./service.yaml", "service.definition", 2),
        ("runner:\n  exec: cat\n  directory: nowhere", "service.definition", 2),
        ("runner:\n  builtin: double\n  env: {A: b}", "service.definition", 3),
        ("runner:\n  jq: '{'", "service.jq", nil),
        ("runner: {builtin: double}\ninputs:\n  - {name: a}\n  - {nam: b}", "config.unknown-field", 4),
        ("runner: {builtin: double}\ninputs:\n  - {name: a}\n  - a", "service.definition", 2),
        ("runner: {builtin: double}\ninputs:\n  - {name: a, type: integer, default: x}", "service.definition", 3),
        ("runner: {builtin: double}\ninputs:\n  - {name: a, type: text}", "config.wrong-type", 3),
        ("runner: {builtin: double}\ninputs: [3]", "service.definition", 2),
        ("runner: {builtin: double}\noutputs: [a]\nsubservices:\n  s: [b]", "service.definition", 4),
        ("runner: {builtin: double}\noutputs: [a, a]", "service.definition", 2),
        ("runner: {builtin: double}\nlimits:\n  timeout: soon", "config.wrong-type", 3),
        ("runner: {builtin: double}\nlimits:\n  memory: much", "service.definition", 3),
        ("runner: {builtin: double}\nlimits:\n  answer: 5GB", "service.definition", 3),
        ("runner: {builtin: double}\nactive_since: soon", "service.definition", 2),
        ("runner: {builtin: double}\nservice_id: a/b", "service.definition", 2),
        ("runner: {builtin: double}\nlimits: {max_workers: 0}", "config.wrong-type", 2),
        ("runner: {exec: [cat, '${MISSING}']}", "config.missing-variable", 1),
        ("[1]", "service.definition", nil), ("runner: {", "config.syntax", nil),
    ])
    func whatIsWrongIsTold(text: String, code: String, line: Int?) throws {
        try write(text)
        let services = try services()
        #expect(services.services.isEmpty)
        let problem = try #require(services.problems.first)
        #expect(services.problems.count == 1)
        #expect(problem.code.rawValue == code, "\(problem)")
        #expect(problem.location.source?.hasSuffix("f/s/1.0/service.yaml") == true)
        if let line { #expect(problem.location.line == line, "\(problem)") }
    }

    @Test func aChangedFileIsReadAgainAndRunningPipelinesKeepTheirService() throws {
        try write("runner: {builtin: double}")
        let services = try services()
        let before = try #require(services.find(.service("f/s[1.0]", at: nil)))
        #expect(services.reload().isEmpty)
        #expect(services.find(.service("f/s[1.0]", at: nil))?.revision == before.revision)
        try write("outputs: [total]\nrunner: {builtin: add}")
        #expect(services.reload().loaded == ["f/s[1.0]"])
        let after = try #require(services.find(.service("f/s[1.0]", at: nil)))
        #expect(after.outputs == ["total"])
        #expect(after.revision != before.revision)
        try folder.remove("f/s")
        let change = services.reload()
        #expect(change.removed == ["f/s[1.0]"])
        #expect(services.find(.service("f/s", at: nil)) == nil)
        let call = ServiceCall(records: Rows([#"{"value":4}"#]), timeout: .seconds(1))
        #expect(try before.runner.makeWorker().run(call).texts == [#"{"value":8}"#])
    }

    @Test func aBrokenFileKeepsWhatWasReadBefore() throws {
        try write("outputs: [value]\nrunner: {builtin: double}")
        let services = try services()
        try write("runner: {builtin: dou")
        let change = services.reload()
        #expect(change.problems.map(\.code.rawValue) == ["config.syntax"])
        #expect(change.loaded.isEmpty && change.removed.isEmpty)
        #expect(services.find(.service("f/s", at: nil))?.outputs == ["value"])
        // It is told once, and stays.
        #expect(services.reload().isEmpty)
        #expect(services.problems.count == 1)
        try write("outputs: [total]\nrunner: {builtin: add}")
        #expect(services.reload().loaded == ["f/s[1.0]"])
        #expect(services.problems.isEmpty)
    }

    @Test func aProgramThatComesLaterIsFoundWithoutTouchingTheFile() throws {
        try write("runner: {exec: ./worker}")
        let services = try services()
        #expect(services.problems.map(\.code) == [.serviceDefinition])
        try folder.write("f/s/1.0/worker", "#!/bin/sh\ncat\n")
        #expect(chmod("\(folder.path)/f/s/1.0/worker", 0o755) == 0)
        #expect(services.reload().loaded == ["f/s[1.0]"])
        let service = try #require(services.services.first)
        #expect(try service.runner.makeWorker().run(Script.call(0..<2)).texts == [#"{"n":0}"#, #"{"n":1}"#])
    }

    @Test func aNewVersionIsFound() throws {
        try write("runner: {builtin: double}", "f/s/0.9.0")
        let services = try services()
        try write("runner: {builtin: double}", "f/s/0.10.0")
        #expect(services.reload().loaded == ["f/s[0.10.0]"])
        #expect(services.find(.service("f/s", at: nil))?.version == "0.10.0")
    }

    @Test func whenTheFolderIsGoneServicesStay() throws {
        try write("runner: {builtin: double}")
        let services = try services()
        try FileManager.default.moveItem(atPath: folder.path, toPath: "\(folder.path)-moved")
        #expect(services.reload().problems.map(\.code) == [.serviceFolder])
        #expect(services.services.count == 1)
        try FileManager.default.moveItem(atPath: "\(folder.path)-moved", toPath: folder.path)
        services.reload()
        #expect(services.problems.isEmpty)
        let error = #expect(throws: CartloadError.self) { try ServiceFolder("\(folder.path)/nothing") }
        #expect(error?.code == .serviceFolder)
    }

    @Test func namesAndLinksAreConfined() throws {
        let outside = try TemporaryFolder()
        try outside.write("1.0/service.yaml", "runner: {builtin: double}")
        try write("runner: {builtin: double}", "good folder/s-1/v_2.0")
        try write("runner: {builtin: double}", "bäd/s/1")
        try write("runner: {builtin: double}", "f/s[1]/1")
        try write("runner: {builtin: double}", ".hidden/s/1")
        try folder.write("README.md", "x")
        try folder.write("f/README.md", "x")
        try folder.write("f/empty/1/notes.txt", "x")
        try folder.link("f/away", to: outside.path)
        try folder.link("f/file/1/service.yaml", to: "\(outside.path)/1.0/service.yaml")
        try folder.link("good folder/alias", to: "s-1")
        let services = try services()
        #expect(services.services.map(\.uri) == ["good folder/alias[v_2.0]", "good folder/s-1[v_2.0]"])
        #expect(
            services.problems.map(\.code).sorted { $0.rawValue < $1.rawValue } == [
                .serviceMissing, .serviceName, .serviceName, .serviceOutside, .serviceOutside,
            ])
    }

    @Test(arguments: ["service.yaml", "f/service.yaml", "f/s/service.yaml"])
    func aFileAboveTheFolderOfAVersionIsTold(place: String) throws {
        try folder.write(place, "runner: {builtin: double}")
        let services = try services()
        #expect(services.services.isEmpty)
        #expect(services.problems.map(\.code) == [.serviceMisplaced])
        #expect(services.problems.first?.location.source?.hasSuffix("/\(place)") == true)
    }

    @Test func aCommandInOneTextIsToldToBeAList() throws {
        try write("runner: {exec: python3 worker.py}")
        #expect(try services().problems.first?.advice?.contains("write a list") == true)
    }

    @Test func theSameIdTwiceIsAProblemOfTheSecond() throws {
        try write("version_id: x\nrunner: {builtin: double}", "f/a/1")
        try write("version_id: x\nrunner: {builtin: double}", "f/b/1")
        let services = try services()
        #expect(services.services.map(\.uri) == ["f/a[1]"])
        #expect(services.problems.map(\.code) == [.serviceRepeated])
    }

    @Test func noMoreVersionsAreReadThanAreAllowed() throws {
        for version in 0..<5 { try write("runner: {builtin: double}", "f/s/\(version)") }
        let services = try ServiceFolder(folder.path, options: .init(maximumVersions: 3))
        #expect(services.services.count == 3)
        #expect(services.problems.map(\.code) == [.serviceTooMany])
    }

    @Test func aWorkerSeesItsFolderAndNoOtherVariablesThanItsOwn() throws {
        try folder.write("f/s/1.0/here.txt", "x")
        try write(
            """
            runner:
              exec: [sh, -c, 'read line; echo "{\\"files\\":\\"$(ls -m)\\",\\"variables\\":\\"$(env | cut -d= -f1 | sort | tr "\\n" " ")\\"}"; cat']
              env: {MINE: x}
            """)
        let options = ServiceFolder.Options(environment: ["PATH": "/usr/bin:/bin", "SECRET": "s", "LANG": "C"])
        let service = try #require(try ServiceFolder(folder.path, options: options).services.first)
        let outcome = try service.runner.makeWorker().run(Script.call(0..<1))
        let value = try JSONValue(parsing: outcome.outputs[0])
        #expect(value["files"]?.stringValue == "here.txt, service.yaml")
        #expect(value["variables"]?.stringValue == "LANG MINE PATH PWD ")
    }
}
