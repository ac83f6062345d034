#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Without --unbuffered jq would keep answers back, and the chunk would wait for them.
exec jq -c --unbuffered '
    (.email | split("@")) as $parts
    | if ($parts | length) == 2 then {domain: $parts[1]}
      else {"$error": {message: "this is no address", path: "email", category: "invalid_input"}} end'
