// SPDX-License-Identifier: Apache-2.0

import CartloadCompute
import CartloadCore
import Testing

@Suite struct ServiceCatalogueTests {
    private static let runner = ClosureRunner { $0 }

    private static func service(_ version: String, _ versionID: String, since: Int64 = 0) -> Service {
        Service(
            serviceID: "s1", versionID: versionID, folder: "f", name: "s", version: version,
            activeSince: Instant(seconds: since), runner: runner)
    }

    private let catalogue = MemoryServiceCatalogue([
        service("0.9.0", "v1", since: 100), service("0.10.0", "v2", since: 300), service("0.4.2", "v3", since: 400),
    ])

    @Test(arguments: [
        ("f/s", "v2"), ("/f//s/", "v2"), ("s1", "v2"), ("f/s[0.9.0]", "v1"), ("folders/f/services/s[0.4.2]", "v3"),
        ("s1[0.4.2]", "v3"), ("f/s[]", "v2"), ("f/x", nil), ("f/s[7]", nil), ("", nil), ("proxy/x", nil),
    ])
    func aServiceIsFoundByIdOrByFolderAndNameAndTheNewestVersionIsMeant(text: String, found: String?) {
        #expect(catalogue.find(.service(text, at: nil))?.versionID == found)
    }

    @Test(arguments: [(99, nil), (100, "v1"), (299, "v1"), (300, "v2"), (400, "v3")])
    func atATimeTheVersionCountsThatCameIntoForceLast(time: Int64, found: String?) {
        #expect(catalogue.find(.service("f/s", at: Instant(seconds: time)))?.versionID == found)
    }

    @Test func aVersionIsFoundByItsOwnId() {
        #expect(catalogue.find(.version("v3"))?.version == "0.4.2")
        #expect(catalogue.find(.version("s1")) == nil)
    }

    @Test func aClosureServiceGivesAnObjectOrAnErrorForEachRecord() throws {
        struct Odd: Error {}
        let worker = try ClosureRunner { record in
            guard let value = record["value"]?.intValue, value % 2 == 0 else { throw Odd() }
            return ["value": .int(value * 2)]
        }.makeWorker()
        let outcome = try worker.run(
            ServiceCall(records: Rows([#"{"value":2}"#, #"{"value":3}"#]), timeout: .seconds(1)))
        #expect(outcome.outputs[0].text == #"{"value":4}"#)
        #expect(outcome.outputs[1].isEmpty)
        #expect(outcome.problems.map(\.record) == [1])
        #expect(outcome.problems.first?.type == "Odd")
    }
}
