# SPDX-License-Identifier: Apache-2.0
"""Signs requests with botocore and compares with our signatures. Usage: compare.py CASES"""
import datetime
import json
import sys

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

count = 0
for line in open(sys.argv[1], encoding="utf-8"):
    case = json.loads(line)
    moment = datetime.datetime.fromtimestamp(case["seconds"], datetime.timezone.utc)
    assert moment.strftime("%Y%m%dT%H%M%SZ") == case["date"], case
    signer = S3SigV4Auth(Credentials("AKID", "secret/+", case["token"] or None), "s3", case["region"])
    request = AWSRequest(case["method"], case["url"], dict(case["headers"]), case["body"].encode())
    request.context["timestamp"] = case["date"]
    signer._modify_request_before_signing(request)
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    ours = case["authorization"]
    names = signer.signed_headers(signer.headers_to_sign(request))
    theirs = f"AWS4-HMAC-SHA256 Credential={signer.scope(request)}, SignedHeaders={names}, Signature={signature}"
    if ours != theirs:
        sys.exit(f"signatures differ for {case}\nours   {ours}\ntheirs {theirs}\n{canonical}")
    count += 1
if count == 0:
    sys.exit("there are no cases")
print(f"{count} signatures are botocore's")
