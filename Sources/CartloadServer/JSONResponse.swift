// SPDX-License-Identifier: Apache-2.0

internal import CartloadAPI
internal import CartloadCore
internal import CartloadHTTP

extension HTTPServerResponse {
    /// An answer that is JSON.
    static func json(_ status: Int = 200, _ text: Bytes, headers: [HTTPField] = []) -> HTTPServerResponse {
        HTTPServerResponse(
            status: status, headers: [HTTPField("content-type", "application/json")] + headers, body: .bytes(text))
    }

    static func json(_ status: Int = 200, _ value: JSONValue, headers: [HTTPField] = []) -> HTTPServerResponse {
        json(status, Bytes(value.description), headers: headers)
    }

    /// An error; one to be tried again has both headers that the vendor's clients look for.
    static func fault(_ fault: APIFault) -> HTTPServerResponse {
        var headers: [HTTPField] = []
        if let wait = fault.retryAfter {
            let seconds = Double(wait.components.seconds) + Double(wait.components.attoseconds) / 1e18
            headers.append(HTTPField("retry-after", String(Int(seconds.rounded(.up)))))
            headers.append(HTTPField("x-retry-after", "\((seconds * 1000).rounded() / 1000)"))
        }
        // The form that the vendor's servers give to it.
        if fault.status == 401 {
            headers.append(HTTPField("www-authenticate", "Bearer"))
            return json(
                401,
                .object(
                    JSONObject([
                        ("errorCode", .string(fault.code)), ("status", "Error"), ("message", .string(fault.message)),
                    ])), headers: headers)
        }
        return json(fault.status, fault.json, headers: headers)
    }
}
