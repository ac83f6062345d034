// SPDX-License-Identifier: Apache-2.0

internal import CCurl
internal import CartloadCore

/// Sets options of a handle and remembers the first that was refused.
struct CurlSettings {
    private let handle: OpaquePointer
    private(set) var code = CL_CURL_OK

    init(_ handle: OpaquePointer) { self.handle = handle }

    mutating func number(_ option: cl_curl_option, _ value: Int64) {
        note(cl_curl_set_number(handle, option, value))
    }

    mutating func text(_ option: cl_curl_option, _ text: String) {
        text.withCString { note(cl_curl_set_pointer(handle, option, $0)) }
    }

    mutating func pointer(_ option: cl_curl_option, _ pointer: UnsafeRawPointer?) {
        note(cl_curl_set_pointer(handle, option, pointer))
    }

    mutating func receivers(_ header: cl_curl_receiver, _ body: cl_curl_receiver) {
        note(cl_curl_set_receivers(handle, header, body))
    }

    private mutating func note(_ result: Int32) {
        if code == CL_CURL_OK { code = cl_curl_code(UInt32(bitPattern: result)) }
    }
}

extension [String] {
    /// The lines as libcurl's list, which the caller frees.
    func withCurlList() throws -> OpaquePointer? {
        var list: OpaquePointer?
        for line in self {
            guard let longer = cl_curl_list_append(list, line) else {
                cl_curl_list_free(list)
                throw CartloadError(.requestFailed, "there is no memory for the headers")
            }
            list = longer
        }
        return list
    }
}
