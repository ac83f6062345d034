// SPDX-License-Identifier: Apache-2.0
// A worker of a service: echo '{"word": "level"}' | swift run ServiceWorker

import CartloadCore
import Glibc

while let line = readLine() {
    var answer: JSONObject = [:]
    if let word = try JSONValue(parsing: line)["word"]?.stringValue {
        answer["length"] = .int(word.count)
        answer["isPalindrome"] = .bool(word.elementsEqual(word.reversed()))
    } else {
        answer["$error"] = ["message": "word is no text", "path": "word", "category": "invalid_input"]
    }
    print(JSONValue.object(answer))
    fflush(nil)
}
