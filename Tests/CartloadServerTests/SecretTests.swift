// SPDX-License-Identifier: Apache-2.0

import CartloadServer
import Testing

@Suite struct SecretTests {
    @Test func theHashOfASecretIsItsSHA256() {
        let hash = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Secret(of: "abc").description == hash)
        #expect(Secret(hash) == Secret(of: "abc"))
        #expect(Secret(hash.uppercased().replacing("SHA256", with: "sha256")) == Secret(of: "abc"))
    }

    @Test(arguments: [
        "", "abc", "sha256:", "sha256:00", "sha1:" + String(repeating: "0", count: 64),
        "sha256:" + String(repeating: "0", count: 63), "sha256:" + String(repeating: "0", count: 65),
        "sha256:" + String(repeating: "g", count: 64), "sha256:" + String(repeating: "+f", count: 32),
        "sha256:" + String(repeating: "-0", count: 32), "sha256:" + String(repeating: "é", count: 32),
        " sha256:" + String(repeating: "0", count: 64),
    ])
    func whatIsNoHashIsNone(text: String) { #expect(Secret(text) == nil) }

    @Test func aNewSecretIsLikeNoOther() {
        let secrets = Set((0..<1000).map { _ in Secret.make("clt") })
        #expect(secrets.count == 1000)
        #expect(secrets.allSatisfy { $0.hasPrefix("clt_") && $0.count == 47 })
    }
}
