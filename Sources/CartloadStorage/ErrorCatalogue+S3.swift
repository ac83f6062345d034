// SPDX-License-Identifier: Apache-2.0

internal import CartloadCore

extension StorageCatalogue {
    static let s3: [CatalogueEntry] = [
        CatalogueEntry(
            .s3Credentials, meaning: "The credentials for S3 are incomplete.",
            advice: "Set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."),
        CatalogueEntry(
            .badS3Location, meaning: "A bucket, a region, an endpoint or a key is not usable.",
            advice: "Correct what the message names."),
        CatalogueEntry(
            .s3NotFound, meaning: "An object or a bucket is not there.", advice: "Check the bucket and the key."),
        CatalogueEntry(
            .s3Denied, meaning: "The store does not accept the signature or does not allow the request.",
            advice: "Check the credentials, their rights, the region and the clock."),
        CatalogueEntry(
            .s3Failed, meaning: "The store refuses a request for another reason, which the message shows.",
            advice: "Check the request and the store's settings."),
        CatalogueEntry(
            .badS3Response, meaning: "A store's answer is not what S3 answers.", advice: "Check the endpoint."),
        CatalogueEntry(
            .s3TooLarge, meaning: "An object has more bytes or parts than S3 takes.",
            advice: "Upload it in larger parts."),
    ]
}
