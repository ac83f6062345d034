// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CartloadClient

@Suite struct ServiceReferenceTests {
    @Test(arguments: [
        ("demo/double", "demo/double"), ("demo/double[1.0]", "demo/double[1.0]"),
        ("folders/f/services/s[0.4.2]", "f/s[0.4.2]"), ("service/SID", "SID"), ("service/SID[2]", "SID[2]"),
    ])
    func aServiceIsNamedInEveryForm(text: String, wire: String) {
        #expect(ServiceReference(text).wireService == wire)
    }

    @Test func aVersionIsNamedByItsID() {
        #expect(ServiceReference("version/VID").versionID == "VID")
        #expect(ServiceReference("version/VID").wireService == nil)
    }

    @Test(arguments: [
        CreateOptions(maxInputSize: .nan), CreateOptions(maxInputSize: -1), CreateOptions(maxOutputSize: .infinity),
        CreateOptions(maxOutputSize: 1e300), CreateOptions(accuracy: .nan),
    ])
    func aNumberThatNoRequestCanHaveIsAnError(options: CreateOptions) {
        let error = #expect(throws: BatchesError.self) { try options.request("demo/double") }
        #expect(error?.kind == .configuration)
    }

    @Test(arguments: [(1, 0), (0.95, 5), (0.999, 1), (0, 100), (2, 0), (-1, 100)] as [(Double, Int)])
    func theAllowedPercentageIsRoundedUpWithoutBinaryErrors(accuracy: Double, percentage: Int) {
        #expect(CreateOptions.percentage(accuracy) == percentage)
    }
}
